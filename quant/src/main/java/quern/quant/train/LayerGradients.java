package quern.quant.train;

import quern.op.Op;
import quern.op.Padding;
import quern.op.Window;
import quern.op.gradient.ConvFilterGradient;
import quern.op.gradient.ConvInputGradient;
import quern.op.gradient.MaxPoolGradient;
import quern.op.nn.BatchMatmul;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.MaxPool2d;
import quern.op.reduction.Sum;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Gradients of layers with weights and of pooling. */
final class LayerGradients {
    private static final Ints ONE = Ints.of(1, 1);

    private LayerGradients() {}

    static void conv2d(Op op, Backward n) {
        Conv2d c = (Conv2d) op;
        window(n, c.stride(), c.dilation(), c.padding(), c.groups(), false);
    }

    static void depthwise(Op op, Backward n) {
        DepthwiseConv2d c = (DepthwiseConv2d) op;
        window(n, c.stride(), c.dilation(), c.padding(), 1, true);
    }

    private static void window(
            Backward n, Ints stride, Ints dilation, Padding padding, int groups, boolean deep) {
        Shape x = n.shape(0);
        Shape w = n.shape(1);
        if (n.wants(0)) {
            Ints size = Ints.of(x.dim(1), x.dim(2), x.dim(3));
            Op input = new ConvInputGradient(size, stride, dilation, padding, groups, deep);
            n.to(0, n.add(input, n.gradient(), n.in(1)));
        }
        if (n.wants(1)) {
            Ints kernel = Ints.of(w.dim(1), w.dim(2));
            Op filter = new ConvFilterGradient(kernel, stride, dilation, padding, groups, deep);
            n.to(1, n.add(filter, n.in(0), n.gradient()));
        }
        if (n.wants(2)) {
            n.to(2, n.overPixels(n.gradient()));
        }
    }

    static void fullyConnected(Op op, Backward n) {
        int inputs = n.shape(1).dim(1);
        int outputs = n.shape(1).dim(0);
        int rows = n.shape(0).elements() / inputs;
        String g = n.reshape(n.gradient(), Shape.of(rows, outputs));
        if (n.wants(0)) {
            String x = n.add(new BatchMatmul(false, false), g, n.in(1));
            n.to(0, n.reshape(x, n.shape(0)));
        }
        if (n.wants(1)) {
            String x = n.reshape(n.in(0), Shape.of(rows, inputs));
            n.to(1, n.add(new BatchMatmul(true, false), g, x));
        }
        if (n.wants(2)) {
            n.to(2, n.add(new Sum(Ints.of(0), false), g));
        }
    }

    static void batchMatmul(Op op, Backward n) {
        boolean a = ((BatchMatmul) op).transposeA();
        boolean b = ((BatchMatmul) op).transposeB();
        String g = n.gradient();
        if (n.wants(0)) {
            n.to(
                    0,
                    a
                            ? n.add(new BatchMatmul(b, true), n.in(1), g)
                            : n.add(new BatchMatmul(false, !b), g, n.in(1)));
        }
        if (n.wants(1)) {
            n.to(
                    1,
                    b
                            ? n.add(new BatchMatmul(true, a), g, n.in(0))
                            : n.add(new BatchMatmul(!a, false), n.in(0), g));
        }
    }

    static void maxPool(Op op, Backward n) {
        MaxPool2d p = (MaxPool2d) op;
        Op back = new MaxPoolGradient(p.kernel(), p.stride(), p.padding());
        n.to(0, n.add(back, n.in(0), n.gradient()));
    }

    /** Each output's share, given back to the taps of its window. */
    static void averagePool(Op op, Backward n) {
        AveragePool2d p = (AveragePool2d) op;
        Shape x = n.shape(0);
        int channels = x.dim(3);
        Window rows = Window.vertical(x.dim(1), p.kernel().at(0), p.stride(), ONE, p.padding());
        Window columns =
                Window.horizontal(x.dim(2), p.kernel().at(1), p.stride(), ONE, p.padding());
        Tensor shares = Tensor.zeros(TensorType.f32(1, rows.output(), columns.output(), 1));
        for (int i = 0; i < shares.elements(); i++) {
            int count = taps(rows, i / columns.output()) * taps(columns, i % columns.output());
            shares.setReal(i, count == 0 ? 0 : 1f / count);
        }
        Tensor ones = Tensor.zeros(TensorType.f32(1, rows.kernel(), columns.kernel(), channels));
        for (int i = 0; i < ones.elements(); i++) {
            ones.setReal(i, 1);
        }
        Ints size = Ints.of(x.dim(1), x.dim(2), channels);
        Op back = new ConvInputGradient(size, p.stride(), ONE, p.padding(), 1, true);
        String share = n.times(n.gradient(), n.constant(shares));
        n.to(0, n.add(back, share, n.constant(ones)));
    }

    private static int taps(Window w, int output) {
        int start = w.at(output, 0);
        return Math.max(0, w.lastInside(start) - w.firstInside(start));
    }
}
