package quern.reference;

import quern.numeric.Fma;
import quern.op.Window;
import quern.op.gradient.ClampGradient;
import quern.op.gradient.ConvFilterGradient;
import quern.op.gradient.ConvInputGradient;
import quern.op.gradient.MaxPoolGradient;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Gradients of convolutions and of maximum pooling, F32.
 *
 * <p>By the input: one chain of fused multiply-adds from +0 an element, taps from the last to the
 * first in row-major order, output channels of the group ascending within a tap; where a tap meets
 * no output the factor is +0. By the filter: see {@link ConvFilterGradient}.
 */
final class GradientReference {
    private GradientReference() {}

    static void input(ConvInputGradient op, KernelContext c) {
        Tensor g = c.input(0);
        Tensor w = c.input(1);
        Tensor y = c.output();
        Shape gs = g.shape();
        Shape ws = w.shape();
        Window rows = op.rows(op.size().at(0), ws.dim(1));
        Window columns = op.columns(op.size().at(1), ws.dim(2));
        int channels = op.size().at(2);
        int groups = op.depthwise() ? channels : op.groups();
        int outputs = gs.dim(3) / groups;
        int inputs = channels / groups;
        for (int i = 0; i < y.elements(); i++) {
            int[] at = Indexing.coordinates(y.shape(), i);
            int group = at[3] / inputs;
            float acc = 0f;
            for (int kh = ws.dim(1) - 1; kh >= 0; kh--) {
                for (int kw = ws.dim(2) - 1; kw >= 0; kw--) {
                    int oh = output(rows, at[1], kh);
                    int ow = output(columns, at[2], kw);
                    for (int o = group * outputs; o < (group + 1) * outputs; o++) {
                        float v = 0f;
                        if (oh >= 0 && ow >= 0) {
                            v = g.real(((at[0] * gs.dim(1) + oh) * gs.dim(2) + ow) * gs.dim(3) + o);
                        }
                        int tap = kh * ws.dim(2) + kw;
                        int weight =
                                op.depthwise()
                                        ? tap * gs.dim(3) + o
                                        : (o * ws.dim(1) * ws.dim(2) + tap) * inputs
                                                + at[3] % inputs;
                        acc = Fma.fma(v, w.real(weight), acc);
                    }
                }
            }
            y.setReal(i, acc);
        }
    }

    /** The output whose tap {@code k} reads input {@code i}; -1 if there is none. */
    private static int output(Window w, int i, int k) {
        int at = i + w.before() - k * w.dilation();
        return at < 0 || at % w.stride() != 0 || at / w.stride() >= w.output()
                ? -1
                : at / w.stride();
    }

    static void filter(ConvFilterGradient op, KernelContext c) {
        Tensor y = c.output();
        int images = c.input(0).shape().dim(0);
        int leaves = 1;
        while (leaves < images) {
            leaves *= 2;
        }
        float[] sums = new float[leaves];
        for (int i = 0; i < y.elements(); i++) {
            int[] at = Indexing.coordinates(y.shape(), i);
            for (int n = 0; n < leaves; n++) {
                sums[n] = n < images ? image(op, c, at, n) : 0f;
            }
            for (int left = leaves; left > 1; left /= 2) {
                for (int n = 0; n < left / 2; n++) {
                    sums[n] = sums[2 * n] + sums[2 * n + 1];
                }
            }
            y.setReal(i, sums[0]);
        }
    }

    /** The chain of one image for one weight. */
    private static float image(ConvFilterGradient op, KernelContext c, int[] at, int n) {
        Tensor x = c.input(0);
        Tensor g = c.input(1);
        Shape xs = x.shape();
        Shape gs = g.shape();
        Window rows = op.rows(xs.dim(1), op.kernel().at(0));
        Window columns = op.columns(xs.dim(2), op.kernel().at(1));
        int o = op.depthwise() ? at[3] : at[0];
        int groups = op.depthwise() ? xs.dim(3) : op.groups();
        int inputs = xs.dim(3) / groups;
        int channel = o / (gs.dim(3) / groups) * inputs + (op.depthwise() ? 0 : at[3]);
        float acc = 0f;
        for (int oh = 0; oh < gs.dim(1); oh++) {
            for (int ow = 0; ow < gs.dim(2); ow++) {
                int h = rows.at(oh, at[1]);
                int w = columns.at(ow, at[2]);
                float v = 0f;
                if (rows.inside(h) && columns.inside(w)) {
                    v = x.real(((n * xs.dim(1) + h) * xs.dim(2) + w) * xs.dim(3) + channel);
                }
                int place = ((n * gs.dim(1) + oh) * gs.dim(2) + ow) * gs.dim(3) + o;
                acc = Fma.fma(v, g.real(place), acc);
            }
        }
        return acc;
    }

    static void clamp(ClampGradient op, KernelContext c) {
        float low = c.input(2).real(0);
        float high = c.input(3).real(0);
        for (int i = 0; i < c.output().elements(); i++) {
            float v = c.input(0).real(i);
            float clamped = Math.min(Math.max(v, low), high);
            boolean kept = Float.floatToIntBits(clamped) == Float.floatToIntBits(v);
            c.output().setReal(i, kept ? c.input(1).real(i) : 0f);
        }
    }

    static void maxPool(MaxPoolGradient op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor g = c.input(1);
        Tensor y = c.output();
        Shape xs = x.shape();
        Window rows = op.rows(xs.dim(1));
        Window columns = op.columns(xs.dim(2));
        for (int i = 0; i < y.elements(); i++) {
            y.setReal(i, 0f);
        }
        for (int i = 0; i < g.elements(); i++) {
            int[] at = Indexing.coordinates(g.shape(), i);
            int best = -1;
            for (int kh = 0; kh < rows.kernel(); kh++) {
                for (int kw = 0; kw < columns.kernel(); kw++) {
                    int h = rows.at(at[1], kh);
                    int w = columns.at(at[2], kw);
                    if (rows.inside(h) && columns.inside(w)) {
                        int place = ((at[0] * xs.dim(1) + h) * xs.dim(2) + w) * xs.dim(3) + at[3];
                        best = best < 0 || x.real(place) > x.real(best) ? place : best;
                    }
                }
            }
            if (best >= 0) {
                y.setReal(best, y.real(best) + g.real(i));
            }
        }
    }
}
