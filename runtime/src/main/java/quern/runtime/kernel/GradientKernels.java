package quern.runtime.kernel;

import quern.op.gradient.ClampGradient;
import quern.op.gradient.ConvFilterGradient;
import quern.op.gradient.ConvInputGradient;
import quern.op.gradient.MaxPoolGradient;

/** Makes the kernels of gradients. */
final class GradientKernels {
    private GradientKernels() {}

    static Kernel input(ConvInputGradient op, Preparation p) {
        return op.depthwise() ? new DepthwiseInputGradient(op, p) : new WindowInputGradient(op, p);
    }

    static Kernel filter(ConvFilterGradient op, Preparation p) {
        return op.depthwise()
                ? new DepthwiseFilterGradient(op, p)
                : new WindowFilterGradient(op, p);
    }

    static Kernel clamp(ClampGradient op, Preparation p) {
        return new ClampGradientF32(p);
    }

    static Kernel maxPool(MaxPoolGradient op, Preparation p) {
        return new MaxPoolGradientF32(op, p);
    }
}
