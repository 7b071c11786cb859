package quern.quant.train;

import java.util.List;
import java.util.Map;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.gradient.ClampGradient;
import quern.op.logic.GreaterEqual;
import quern.op.logic.LessEqual;
import quern.op.logic.LogicalAnd;
import quern.op.logic.Select;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.math.Sub;
import quern.op.reduction.Sum;
import quern.op.shape.Reshape;
import quern.tensor.Ints;
import quern.tensor.Shape;

/**
 * Where a backward pass goes from codes to the real numbers that were rounded: the gradient passes
 * where the number lies within the codes, and the scale gets that of LSQ (Esser et al. 2020),
 * {@code g * (inside ? q - t : q - Z)} for {@code t = v / S + Z}, of which the sum is made here,
 * times {@code S}.
 *
 * @param raw the real number, a value or parameter of the graph
 * @param rounded what its code stands for, an input of the graph
 * @param low the least number that has a code, an input that broadcasts to {@code raw}
 * @param high the largest, likewise
 * @param axes over which the gradient by the scale is summed
 */
record StraightThrough(String raw, String rounded, String low, String high, Ints axes)
        implements Crossing {
    @Override
    public List<String> between() {
        return List.of();
    }

    @Override
    public String cross(GraphBuilder b, Map<String, String> gradients) {
        String g = gradients.get(rounded);
        if (g == null) {
            return "";
        }
        if (b.type(low).shape().rank() == 0) {
            return whole(b, gradients, g);
        }
        String above = b.add(b.fresh(raw + "_st"), new GreaterEqual(), raw, low);
        String below = b.add(b.fresh(raw + "_st"), new LessEqual(), raw, high);
        String inside = b.add(b.fresh(raw + "_st"), new LogicalAnd(), above, below);
        String zero = b.constant(b.fresh(raw + "_st"), Differentiation.scalar(0));
        String passed = b.add(b.fresh(raw + "_st"), new Select(), inside, g, zero);
        gradients.merge(
                raw, passed, (x, y) -> b.add(b.fresh(raw + "_st"), new Add(Activation.NONE), x, y));
        String kept = b.add(b.fresh(raw + "_st"), new Select(), inside, raw, zero);
        String error = b.add(b.fresh(raw + "_st"), new Sub(Activation.NONE), rounded, kept);
        String product = b.add(b.fresh(raw + "_st"), new Mul(Activation.NONE), g, error);
        return b.add(b.fresh(raw + "_st"), new Sum(axes, false), product);
    }

    /**
     * With one scale: the sum is that of {@code g * rounded} less that of what passed times raw.
     */
    private String whole(GraphBuilder b, Map<String, String> gradients, String g) {
        String passed = b.add(b.fresh(raw + "_st"), new ClampGradient(), raw, g, low, high);
        gradients.merge(
                raw, passed, (x, y) -> b.add(b.fresh(raw + "_st"), new Add(Activation.NONE), x, y));
        String all = products(b, g, rounded);
        String kept = products(b, passed, raw);
        return b.add(b.fresh(raw + "_st"), new Sub(Activation.NONE), all, kept);
    }

    private String products(GraphBuilder b, String x, String y) {
        Shape s = b.type(x).shape();
        int channels = s.rank() == 0 ? 1 : s.dim(s.rank() - 1);
        Reshape image = new Reshape(Ints.of(1, s.elements() / channels, 1, channels));
        boolean images = s.rank() == 4;
        String p = images ? x : b.add(b.fresh(raw + "_st"), image, x);
        String q = images ? y : b.add(b.fresh(raw + "_st"), image, y);
        String sums = Sums.ofProducts(b, p, q);
        return b.add(b.fresh(raw + "_st"), new Sum(Ints.of(0), false), sums);
    }
}
