package quern.reference;

import java.util.Optional;
import java.util.function.IntUnaryOperator;
import quern.fixedpoint.Requantizer;
import quern.numeric.Fma;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.TypeRules;
import quern.op.Window;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Convolutions of NHWC images. Each output element has one accumulator that starts from the bias
 * and takes the taps in the order kernel row, kernel column, input channel.
 *
 * <p>Codes: {@code sum (x - Zx) * (w - Zw[c])} exactly, then the {@link Requantizer}; taps in the
 * padding add nothing. Of S16 codes with an S64 bias or none the accumulator has 48 bits, with an
 * S32 bias it saturates at 32 bits once it is complete. Float32: a chain of fused multiply-adds;
 * taps in the padding are executed with {@code x = +0}, so an infinite weight there gives NaN.
 */
final class ConvReference {
    private final Window rows;
    private final Window columns;
    private final Filter filter;

    ConvReference(Window rows, Window columns, Filter filter) {
        this.rows = rows;
        this.columns = columns;
        this.filter = filter;
    }

    /**
     * The layout of a filter. Output channel {@code o} belongs to group {@code o / (outputs /
     * groups)} and reads the {@code inputs} input channels of that group.
     *
     * @param depthwise layout 1HWC (one group an input channel) instead of OHWI
     */
    record Filter(int height, int width, int inputs, int outputs, int groups, boolean depthwise) {
        static Filter ohwi(Shape w, int groups) {
            return new Filter(w.dim(1), w.dim(2), w.dim(3), w.dim(0), groups, false);
        }

        static Filter depthwise(Shape w, int inputChannels) {
            return new Filter(w.dim(1), w.dim(2), 1, w.dim(3), inputChannels, true);
        }

        int index(int o, int kh, int kw, int i) {
            return depthwise
                    ? (kh * width + kw) * outputs + o
                    : ((o * height + kh) * width + kw) * inputs + i;
        }

        int inputChannel(int o, int i) {
            return o / (outputs / groups) * inputs + i;
        }
    }

    static void conv2d(Conv2d op, KernelContext c) {
        Filter filter = Filter.ohwi(c.input(1).shape(), op.groups());
        run(c, filter, op.stride(), op.dilation(), op.padding(), op.activation());
    }

    static void depthwiseConv2d(DepthwiseConv2d op, KernelContext c) {
        Filter filter = Filter.depthwise(c.input(1).shape(), c.input(0).shape().dim(3));
        run(c, filter, op.stride(), op.dilation(), op.padding(), op.activation());
    }

    private static void run(
            KernelContext c,
            Filter filter,
            Ints stride,
            Ints dilation,
            Padding padding,
            Activation activation) {
        Tensor x = c.input(0);
        Tensor w = c.input(1);
        Tensor y = c.output();
        ConvReference conv =
                new ConvReference(
                        Window.vertical(
                                x.shape().dim(1), filter.height(), stride, dilation, padding),
                        Window.horizontal(
                                x.shape().dim(2), filter.width(), stride, dilation, padding),
                        filter);
        if (c.isQuantized()) {
            AccumulatorProof.require(c.node(), x.type(), w, c.optional(2));
            conv.integer(
                    x,
                    x.type().zeroPoint(0),
                    w,
                    w.type()::zeroPoint,
                    c.optional(2),
                    NodeRescale.accumulator(c.node(), x.type(), w.type(), y.type(), activation),
                    y);
        } else {
            conv.real(x, w, c.optional(2), activation, y);
        }
    }

    /**
     * The convolution of codes, which takes zero points and rescaling from its arguments alone.
     *
     * @param wZero zero point of the weights of an output channel
     */
    void integer(
            Tensor x,
            int xZero,
            Tensor w,
            IntUnaryOperator wZero,
            Optional<Tensor> bias,
            Requantizer requantizer,
            Tensor y) {
        int at = 0;
        for (int n = 0; n < y.shape().dim(0); n++) {
            for (int oh = 0; oh < rows.output(); oh++) {
                for (int ow = 0; ow < columns.output(); ow++) {
                    for (int o = 0; o < filter.outputs(); o++) {
                        long acc = bias.isPresent() ? bias.get().integer(o) : 0;
                        for (int kh = 0; kh < filter.height(); kh++) {
                            for (int kw = 0; kw < filter.width(); kw++) {
                                int ih = rows.at(oh, kh);
                                int iw = columns.at(ow, kw);
                                if (!rows.inside(ih) || !columns.inside(iw)) {
                                    continue;
                                }
                                for (int i = 0; i < filter.inputs(); i++) {
                                    long a = x.integer(pixel(x, n, ih, iw, o, i)) - xZero;
                                    long b =
                                            w.integer(filter.index(o, kh, kw, i))
                                                    - wZero.applyAsInt(o);
                                    acc += a * b;
                                }
                            }
                        }
                        y.setInteger(at++, code(acc, o, x, bias, requantizer));
                    }
                }
            }
        }
    }

    /** The output code of the accumulator of output channel {@code o}. */
    static int code(long acc, int o, Tensor x, Optional<Tensor> bias, Requantizer requantizer) {
        boolean int32 = bias.isPresent() && bias.get().dtype() == DType.S32;
        return TypeRules.isWide(x.type())
                ? requantizer.applyWide(acc, o, int32)
                : requantizer.apply((int) acc, o);
    }

    /** The convolution of float32 numbers. */
    void real(Tensor x, Tensor w, Optional<Tensor> bias, Activation activation, Tensor y) {
        int at = 0;
        for (int n = 0; n < y.shape().dim(0); n++) {
            for (int oh = 0; oh < rows.output(); oh++) {
                for (int ow = 0; ow < columns.output(); ow++) {
                    for (int o = 0; o < filter.outputs(); o++) {
                        float acc = bias.isPresent() ? bias.get().real(o) : 0f;
                        for (int kh = 0; kh < filter.height(); kh++) {
                            for (int kw = 0; kw < filter.width(); kw++) {
                                int ih = rows.at(oh, kh);
                                int iw = columns.at(ow, kw);
                                boolean inside = rows.inside(ih) && columns.inside(iw);
                                for (int i = 0; i < filter.inputs(); i++) {
                                    float a = inside ? x.real(pixel(x, n, ih, iw, o, i)) : 0f;
                                    acc = Fma.fma(a, w.real(filter.index(o, kh, kw, i)), acc);
                                }
                            }
                        }
                        y.setReal(at++, activation.apply(acc));
                    }
                }
            }
        }
    }

    private int pixel(Tensor x, int n, int ih, int iw, int o, int i) {
        int channels = x.shape().dim(3);
        return ((n * rows.input() + ih) * columns.input() + iw) * channels
                + filter.inputChannel(o, i);
    }
}
