package quern.reference;

import quern.fixedpoint.ActivationRange;
import quern.fixedpoint.AveragePoolRounding;
import quern.fixedpoint.FixedPoint;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.Window;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.L2Pool2d;
import quern.op.pooling.MaxPool2d;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Tensor;

/**
 * Pooling of NHWC images over the taps inside the image, kernel row by kernel row.
 *
 * <p>L2: the squares are added from +0, their mean has its root taken, each operation rounded.
 *
 * <p>A window that lies wholly in the padding has no taps: its average and its root are real zero,
 * its maximum is the smallest code or negative infinity, and the activation applies to either. The
 * average of codes follows {@link AveragePoolRounding}, U8 with ties upward; that of float32
 * numbers is their sum from +0 divided by their count.
 */
final class PoolingReference {
    private static final Ints NO_DILATION = Ints.of(1, 1);

    private final Tensor x;
    private final Window rows;
    private final Window columns;

    private PoolingReference(Tensor x, Ints kernel, Ints stride, Padding padding) {
        this.x = x;
        this.rows = Window.vertical(x.shape().dim(1), kernel.at(0), stride, NO_DILATION, padding);
        this.columns =
                Window.horizontal(x.shape().dim(2), kernel.at(1), stride, NO_DILATION, padding);
    }

    static void average(AveragePool2d op, KernelContext c) {
        new PoolingReference(c.input(0), op.kernel(), op.stride(), op.padding())
                .average(c, op.activation());
    }

    static void max(MaxPool2d op, KernelContext c) {
        new PoolingReference(c.input(0), op.kernel(), op.stride(), op.padding())
                .max(c.output(), op.activation());
    }

    static void l2(L2Pool2d op, KernelContext c) {
        new PoolingReference(c.input(0), op.kernel(), op.stride(), op.padding())
                .l2(c.output(), op.activation());
    }

    private void l2(Tensor y, Activation activation) {
        for (int i = 0; i < y.elements(); i++) {
            Taps taps = new Taps(Indexing.coordinates(y.shape(), i));
            float sum = 0f;
            for (int h = taps.top; h < taps.bottom; h++) {
                for (int w = taps.left; w < taps.right; w++) {
                    float v = x.real(taps.index(h, w));
                    sum += v * v;
                }
            }
            float root = taps.count() == 0 ? 0f : (float) Math.sqrt(sum / taps.count());
            y.setReal(i, activation.apply(root));
        }
    }

    private void average(KernelContext c, Activation activation) {
        Tensor y = c.output();
        for (int i = 0; i < y.elements(); i++) {
            int[] at = Indexing.coordinates(y.shape(), i);
            Taps taps = new Taps(at);
            if (!c.isQuantized()) {
                float sum = 0f;
                for (int h = taps.top; h < taps.bottom; h++) {
                    for (int w = taps.left; w < taps.right; w++) {
                        sum += x.real(taps.index(h, w));
                    }
                }
                y.setReal(i, activation.apply(taps.count() == 0 ? 0f : sum / taps.count()));
            } else {
                ActivationRange range = NodeRescale.range(y.type(), activation);
                int code;
                if (taps.count() == 0) {
                    code = y.type().zeroPoint(0);
                } else if (!AveragePool2d.roundsReals(c.rounding())) {
                    AccumulatorProof.requireSum(c.node(), x.type(), taps.count());
                    code = integerAverage(taps);
                } else {
                    code = floatAverage(taps, y, range);
                }
                y.setInteger(i, FixedPoint.clamp(code, range.min(), range.max()));
            }
        }
    }

    private int integerAverage(Taps taps) {
        int sum = 0;
        for (int h = taps.top; h < taps.bottom; h++) {
            for (int w = taps.left; w < taps.right; w++) {
                sum += x.code(taps.index(h, w));
            }
        }
        return x.dtype() == DType.U8
                ? AveragePoolRounding.tiesUp(sum, taps.count())
                : AveragePoolRounding.halfAwayFromZero(sum, taps.count());
    }

    private int floatAverage(Taps taps, Tensor y, ActivationRange range) {
        Quant.PerTensor in = x.type().perTensor("the input");
        Quant.PerTensor out = y.type().perTensor("the output");
        float sum = 0f;
        for (int h = taps.top; h < taps.bottom; h++) {
            for (int w = taps.left; w < taps.right; w++) {
                int q = x.code(taps.index(h, w));
                sum += AveragePoolRounding.tap(q, in.scale(), in.zeroPoint());
            }
        }
        return AveragePoolRounding.floatEven(
                sum, taps.count(), out.scale(), out.zeroPoint(), range.min(), range.max());
    }

    private void max(Tensor y, Activation activation) {
        for (int i = 0; i < y.elements(); i++) {
            Taps taps = new Taps(Indexing.coordinates(y.shape(), i));
            if (!x.type().isQuantized()) {
                float max = Float.NEGATIVE_INFINITY;
                for (int h = taps.top; h < taps.bottom; h++) {
                    for (int w = taps.left; w < taps.right; w++) {
                        max = Math.max(max, x.real(taps.index(h, w)));
                    }
                }
                y.setReal(i, activation.apply(max));
            } else {
                int max = x.type().codeMin();
                for (int h = taps.top; h < taps.bottom; h++) {
                    for (int w = taps.left; w < taps.right; w++) {
                        max = Math.max(max, x.code(taps.index(h, w)));
                    }
                }
                ActivationRange range = NodeRescale.range(y.type(), activation);
                y.setInteger(i, FixedPoint.clamp(max, range.min(), range.max()));
            }
        }
    }

    /** The taps of one output element that lie inside the image. */
    private final class Taps {
        private final int n;
        private final int channel;
        private final int top;
        private final int bottom;
        private final int left;
        private final int right;

        Taps(int[] at) {
            n = at[0];
            channel = at[3];
            top = Math.max(rows.at(at[1], 0), 0);
            bottom = Math.min(rows.at(at[1], rows.kernel() - 1) + 1, rows.input());
            left = Math.max(columns.at(at[2], 0), 0);
            right = Math.min(columns.at(at[2], columns.kernel() - 1) + 1, columns.input());
        }

        int count() {
            return Math.max(bottom - top, 0) * Math.max(right - left, 0);
        }

        int index(int h, int w) {
            return ((n * rows.input() + h) * columns.input() + w) * x.shape().dim(3) + channel;
        }
    }
}
