package quern.quant.train;

import quern.op.Op;
import quern.op.activation.LogSoftmax;
import quern.op.activation.Softmax;
import quern.op.logic.Equal;
import quern.op.math.Exp;
import quern.op.math.Maximum;
import quern.op.math.Rsqrt;
import quern.op.math.Sqrt;
import quern.op.math.Square;
import quern.op.reduction.CumSum;
import quern.op.reduction.LayerNormalization;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.ReduceMin;
import quern.op.reduction.Sum;
import quern.op.shape.BroadcastTo;
import quern.tensor.Ints;
import quern.tensor.Shape;

/** Gradients of operators that reduce or normalize along axes. */
final class ReductionGradients {
    private static final double LEAST_NORM = 1e-6;

    private ReductionGradients() {}

    static void sum(Op op, Backward n) {
        n.to(0, spread(n, n.gradient(), ((Sum) op).axes()));
    }

    static void mean(Op op, Backward n) {
        Ints axes = ((Mean) op).axes();
        double count = axes.stream().mapToDouble(a -> n.shape(0).dim(a)).reduce(1, (a, b) -> a * b);
        n.to(0, spread(n, n.times(1 / count, n.gradient()), axes));
    }

    static void max(Op op, Backward n) {
        extremum(n, ((ReduceMax) op).axes());
    }

    static void min(Op op, Backward n) {
        extremum(n, ((ReduceMin) op).axes());
    }

    /** Equal extrema share the gradient. */
    private static void extremum(Backward n, Ints axes) {
        String chosen = n.add(new Equal(), n.in(0), kept(n, n.out(), axes));
        String mark = n.where(chosen, n.scalar(1), n.scalar(0));
        String count = n.add(new Sum(axes, true), mark);
        n.to(0, n.times(mark, n.over(kept(n, n.gradient(), axes), count)));
    }

    /** A reduced value with its reduced axes as 1. */
    private static String kept(Backward n, String value, Ints axes) {
        int[] dims = n.shape(0).toArray();
        axes.stream().forEach(a -> dims[a] = 1);
        return n.reshape(value, Shape.of(dims));
    }

    private static String spread(Backward n, String value, Ints axes) {
        return n.add(new BroadcastTo(Ints.of(n.shape(0).toArray())), kept(n, value, axes));
    }

    static void cumSum(Op op, Backward n) {
        CumSum c = (CumSum) op;
        n.to(0, n.add(new CumSum(c.axis(), c.exclusive(), !c.reverse()), n.gradient()));
    }

    static void softmax(Op op, Backward n) {
        Softmax s = (Softmax) op;
        String weighted = n.times(n.gradient(), n.out());
        String sum = n.add(new Sum(Ints.of(s.axis()), true), weighted);
        n.to(0, n.times(s.beta(), n.times(n.out(), n.minus(n.gradient(), sum))));
    }

    static void logSoftmax(Op op, Backward n) {
        String sum = n.add(new Sum(Ints.of(((LogSoftmax) op).axis()), true), n.gradient());
        n.to(0, n.minus(n.gradient(), n.times(n.add(new Exp(), n.out()), sum)));
    }

    static void l2Normalization(Op op, Backward n) {
        Ints last = Ints.of(n.shape(0).rank() - 1);
        String squares = n.add(new Sum(last, true), n.add(new Square(), n.in(0)));
        String norm = n.add(new Maximum(), n.add(new Sqrt(), squares), n.scalar(LEAST_NORM));
        String along = n.add(new Sum(last, true), n.times(n.gradient(), n.out()));
        n.to(0, n.over(n.minus(n.gradient(), n.times(n.out(), along)), norm));
    }

    static void layerNormalization(Op op, Backward n) {
        Ints last = Ints.of(n.shape(0).rank() - 1);
        Mean mean = new Mean(last, true);
        String d = n.minus(n.in(0), n.add(mean, n.in(0)));
        String variance = n.add(mean, n.add(new Square(), d));
        String epsilon = n.scalar(((LayerNormalization) op).epsilon());
        String inverse = n.add(new Rsqrt(), n.plus(variance, epsilon));
        String unit = n.times(d, inverse);
        n.to(2, n.gradient());
        if (n.wants(1)) {
            n.to(1, n.times(n.gradient(), unit));
        }
        if (n.wants(0)) {
            String g = n.times(n.gradient(), n.in(1));
            String along = n.times(unit, n.add(mean, n.times(g, unit)));
            n.to(0, n.times(inverse, n.minus(n.minus(g, n.add(mean, g)), along)));
        }
    }
}
