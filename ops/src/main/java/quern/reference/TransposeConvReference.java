package quern.reference;

import java.util.Optional;
import quern.fixedpoint.Requantizer;
import quern.numeric.Fma;
import quern.op.TransposedWindow;
import quern.op.nn.TransposeConv;
import quern.tensor.Tensor;

/**
 * Transposed convolutions of NHWC images. Each output element has one accumulator that starts from
 * the bias and takes the taps that belong to it, in the order kernel row, kernel column, input
 * channel. A tap belongs to the outputs that it would carry some pixel to, were the image infinite:
 * one in {@code stride} each way.
 *
 * <p>Codes: {@code sum (x - Zx) * (w - Zw[c])} exactly, then the {@link Requantizer}; taps outside
 * the image add nothing. Float32: a chain of fused multiply-adds; taps outside the image are
 * executed with {@code x = +0}, so an infinite weight there gives NaN.
 */
final class TransposeConvReference {
    private final Tensor x;
    private final Tensor w;
    private final TransposedWindow rows;
    private final TransposedWindow columns;

    private TransposeConvReference(TransposeConv op, Tensor x, Tensor w) {
        this.x = x;
        this.w = w;
        this.rows =
                TransposedWindow.vertical(
                        x.shape().dim(1),
                        w.shape().dim(1),
                        op.stride(),
                        op.padding(),
                        op.size().at(0));
        this.columns =
                TransposedWindow.horizontal(
                        x.shape().dim(2),
                        w.shape().dim(2),
                        op.stride(),
                        op.padding(),
                        op.size().at(1));
    }

    static void run(TransposeConv op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor w = c.input(1);
        Tensor y = c.output();
        Optional<Tensor> bias = c.optional(2);
        var conv = new TransposeConvReference(op, x, w);
        if (!c.isQuantized()) {
            conv.run(
                    y,
                    (n, oh, ow, o, at) -> {
                        float start = bias.isPresent() ? bias.get().real(o) : 0f;
                        y.setReal(at, op.activation().apply(conv.real(n, oh, ow, o, start)));
                    });
            return;
        }
        AccumulatorProof.require(c.node(), x.type(), w, bias);
        Requantizer requantizer =
                NodeRescale.accumulator(c.node(), x.type(), w.type(), y.type(), op.activation());
        conv.run(
                y,
                (n, oh, ow, o, at) -> {
                    long start = bias.isPresent() ? bias.get().integer(o) : 0;
                    long acc = conv.integer(n, oh, ow, o, start);
                    y.setInteger(at, ConvReference.code(acc, o, x, bias, requantizer));
                });
    }

    /** Computes output element {@code at}, channel {@code o} of a pixel of image {@code n}. */
    private interface Element {
        void compute(int n, int oh, int ow, int o, int at);
    }

    private void run(Tensor y, Element element) {
        int at = 0;
        for (int n = 0; n < y.shape().dim(0); n++) {
            for (int oh = 0; oh < rows.output(); oh++) {
                for (int ow = 0; ow < columns.output(); ow++) {
                    for (int o = 0; o < w.shape().dim(0); o++) {
                        element.compute(n, oh, ow, o, at++);
                    }
                }
            }
        }
    }

    private long integer(int n, int oh, int ow, int o, long start) {
        long acc = start;
        for (int kh = 0; kh < rows.kernel(); kh++) {
            for (int kw = 0; kw < columns.kernel(); kw++) {
                int ih = rows.at(oh, kh);
                int iw = columns.at(ow, kw);
                boolean meets = rows.meets(oh, kh) && columns.meets(ow, kw);
                if (!meets || !rows.inside(ih) || !columns.inside(iw)) {
                    continue;
                }
                for (int i = 0; i < w.shape().dim(3); i++) {
                    long a = x.integer(pixel(n, ih, iw, i)) - x.type().zeroPoint(0);
                    acc += a * (w.integer(weight(o, kh, kw, i)) - w.type().zeroPoint(o));
                }
            }
        }
        return acc;
    }

    private float real(int n, int oh, int ow, int o, float start) {
        float acc = start;
        for (int kh = 0; kh < rows.kernel(); kh++) {
            for (int kw = 0; kw < columns.kernel(); kw++) {
                if (!rows.meets(oh, kh) || !columns.meets(ow, kw)) {
                    continue;
                }
                int ih = rows.at(oh, kh);
                int iw = columns.at(ow, kw);
                boolean inside = rows.inside(ih) && columns.inside(iw);
                for (int i = 0; i < w.shape().dim(3); i++) {
                    float a = inside ? x.real(pixel(n, ih, iw, i)) : 0f;
                    acc = Fma.fma(a, w.real(weight(o, kh, kw, i)), acc);
                }
            }
        }
        return acc;
    }

    private int pixel(int n, int ih, int iw, int i) {
        return ((n * rows.input() + ih) * columns.input() + iw) * x.shape().dim(3) + i;
    }

    private int weight(int o, int kh, int kw, int i) {
        return ((o * rows.kernel() + kh) * columns.kernel() + kw) * w.shape().dim(3) + i;
    }
}
