package quern.reference;

import java.util.Arrays;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.TransposeConv;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.MaxPool2d;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/** Convolution and pooling in binary64 over an image that is really padded. */
final class Binary64Windows {
    private Binary64Windows() {}

    /** An image with padding around it; what is padding, holds NaN. */
    private record Padded(double[] data, int height, int width, int channels) {
        double at(int n, int h, int w, int c) {
            return data[((n * height + h) * width + w) * channels + c];
        }
    }

    private static int[] sides(
            int size, int kernel, int stride, int dilation, Padding padding, boolean vertical) {
        if (padding instanceof Padding.Explicit e) {
            return vertical ? new int[] {e.top(), e.bottom()} : new int[] {e.left(), e.right()};
        }
        if (padding instanceof Padding.Valid) {
            return new int[2];
        }
        int outputs = (int) Math.ceil((double) size / stride);
        int total = Math.max((outputs - 1) * stride + dilation * (kernel - 1) + 1 - size, 0);
        return new int[] {total / 2, total - total / 2};
    }

    private static Padded pad(
            Shape x, double[] reals, Ints kernel, Ints stride, Ints dilation, Padding padding) {
        int[] v = sides(x.dim(1), kernel.at(0), stride.at(0), dilation.at(0), padding, true);
        int[] h = sides(x.dim(2), kernel.at(1), stride.at(1), dilation.at(1), padding, false);
        int height = x.dim(1) + v[0] + v[1];
        int width = x.dim(2) + h[0] + h[1];
        int channels = x.dim(3);
        double[] data = new double[x.dim(0) * height * width * channels];
        Arrays.fill(data, Double.NaN);
        for (int i = 0; i < reals.length; i++) {
            int c = i % channels;
            int w = i / channels % x.dim(2);
            int r = i / channels / x.dim(2) % x.dim(1);
            int n = i / channels / x.dim(2) / x.dim(1);
            data[((n * height + r + v[0]) * width + w + h[0]) * channels + c] = reals[i];
        }
        return new Padded(data, height, width, channels);
    }

    static Binary64 convolution(Op op, Tensor[] in, double[][] x, Shape y) {
        boolean depthwise = op instanceof DepthwiseConv2d;
        Ints stride = depthwise ? ((DepthwiseConv2d) op).stride() : ((Conv2d) op).stride();
        Ints dilation = depthwise ? ((DepthwiseConv2d) op).dilation() : ((Conv2d) op).dilation();
        Padding padding = depthwise ? ((DepthwiseConv2d) op).padding() : ((Conv2d) op).padding();
        Activation activation =
                depthwise ? ((DepthwiseConv2d) op).activation() : ((Conv2d) op).activation();
        Shape w = in[1].shape();
        Ints kernel = Ints.of(w.dim(1), w.dim(2));
        Padded image = pad(in[0].shape(), x[0], kernel, stride, dilation, padding);
        int outputs = y.dim(3);
        int groups = depthwise ? image.channels() : ((Conv2d) op).groups();
        int perGroup = image.channels() / groups;
        double[] values = new double[y.elements()];
        double[] magnitudes = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int o = i % outputs;
            int ow = i / outputs % y.dim(2);
            int oh = i / outputs / y.dim(2) % y.dim(1);
            int n = i / outputs / y.dim(2) / y.dim(1);
            int firstChannel = o / (outputs / groups) * perGroup;
            values[i] = Binary64.bias(in, x, o);
            magnitudes[i] = Math.abs(values[i]);
            for (int t = 0; t < kernel.at(0) * kernel.at(1) * perGroup; t++) {
                int c = t % perGroup;
                int kw = t / perGroup % kernel.at(1);
                int kh = t / perGroup / kernel.at(1);
                int spatial = kh * kernel.at(1) + kw;
                double weight =
                        depthwise
                                ? x[1][spatial * outputs + o]
                                : x[1][o * kernel.at(0) * kernel.at(1) * perGroup + t];
                double v =
                        image.at(
                                n,
                                oh * stride.at(0) + kh * dilation.at(0),
                                ow * stride.at(1) + kw * dilation.at(1),
                                firstChannel + c);
                double product = Double.isNaN(v) ? 0 : v * weight;
                values[i] += product;
                magnitudes[i] += Math.abs(product);
            }
        }
        return new Binary64(values, magnitudes).activated(activation);
    }

    /** Every pixel adds its multiple of the filter to the output. */
    static Binary64 transposed(TransposeConv op, Tensor[] in, double[][] x, Shape y) {
        Shape image = in[0].shape();
        Shape w = in[1].shape();
        int[] before = {
            cut(op.size().at(0), w.dim(1), op.stride().at(0), op.padding(), true),
            cut(op.size().at(1), w.dim(2), op.stride().at(1), op.padding(), false)
        };
        double[] values = new double[y.elements()];
        double[] magnitudes = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Binary64.bias(in, x, i % w.dim(0));
            magnitudes[i] = Math.abs(values[i]);
        }
        for (int i = 0; i < x[0].length; i++) {
            int c = i % image.dim(3);
            int column = i / image.dim(3) % image.dim(2);
            int row = i / image.dim(3) / image.dim(2) % image.dim(1);
            int n = i / image.dim(3) / image.dim(2) / image.dim(1);
            for (int k = 0; k < x[1].length; k++) {
                int kw = k / w.dim(3) % w.dim(2);
                int kh = k / w.dim(3) / w.dim(2) % w.dim(1);
                int oh = row * op.stride().at(0) + kh - before[0];
                int ow = column * op.stride().at(1) + kw - before[1];
                boolean inside = oh >= 0 && oh < y.dim(1) && ow >= 0 && ow < y.dim(2);
                if (inside && k % w.dim(3) == c) {
                    int o = k / w.dim(3) / w.dim(2) / w.dim(1);
                    int at = ((n * y.dim(1) + oh) * y.dim(2) + ow) * w.dim(0) + o;
                    values[at] += x[0][i] * x[1][k];
                    magnitudes[at] += Math.abs(x[0][i] * x[1][k]);
                }
            }
        }
        return new Binary64(values, magnitudes).activated(op.activation());
    }

    private static int cut(int output, int kernel, int stride, Padding padding, boolean vertical) {
        return sides(output, kernel, stride, 1, padding, vertical)[0];
    }

    static Binary64 pooling(Op op, Shape x, double[] reals, Shape y) {
        boolean max = op instanceof MaxPool2d;
        Ints kernel = max ? ((MaxPool2d) op).kernel() : ((AveragePool2d) op).kernel();
        Ints stride = max ? ((MaxPool2d) op).stride() : ((AveragePool2d) op).stride();
        Padding padding = max ? ((MaxPool2d) op).padding() : ((AveragePool2d) op).padding();
        Activation activation =
                max ? ((MaxPool2d) op).activation() : ((AveragePool2d) op).activation();
        Padded image = pad(x, reals, kernel, stride, Ints.of(1, 1), padding);
        int channels = y.dim(3);
        double[] values = new double[y.elements()];
        double[] magnitudes = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int ow = i / channels % y.dim(2);
            int oh = i / channels / y.dim(2) % y.dim(1);
            int n = i / channels / y.dim(2) / y.dim(1);
            double largest = Double.NEGATIVE_INFINITY;
            double sum = 0;
            int count = 0;
            for (int t = 0; t < kernel.at(0) * kernel.at(1); t++) {
                double v =
                        image.at(
                                n,
                                oh * stride.at(0) + t / kernel.at(1),
                                ow * stride.at(1) + t % kernel.at(1),
                                i % channels);
                if (!Double.isNaN(v)) {
                    largest = Math.max(largest, v);
                    sum += v;
                    magnitudes[i] += Math.abs(v);
                    count++;
                }
            }
            values[i] = max ? largest : count == 0 ? 0 : sum / count;
        }
        return new Binary64(values, magnitudes).activated(activation);
    }
}
