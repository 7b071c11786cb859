package quern.quant.train;

import java.util.Map;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.logic.GreaterEqual;
import quern.op.logic.LessEqual;
import quern.op.logic.LogicalAnd;
import quern.op.logic.Select;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.math.Sub;
import quern.op.reduction.Sum;
import quern.tensor.Ints;

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
record StraightThrough(String raw, String rounded, String low, String high, Ints axes) {
    /** Goes across; returns the name of the scale's gradient, empty if nothing came. */
    String cross(GraphBuilder b, Map<String, String> gradients) {
        String g = gradients.get(rounded);
        if (g == null) {
            return "";
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
}
