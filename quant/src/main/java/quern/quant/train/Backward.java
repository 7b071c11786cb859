package quern.quant.train;

import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.op.Activation;
import quern.op.Op;
import quern.op.gradient.ClampGradient;
import quern.op.logic.Select;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.math.Mul;
import quern.op.math.Neg;
import quern.op.math.Sub;
import quern.op.reduction.Sum;
import quern.op.shape.Reshape;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * One node of a graph while its gradient is added: names of its operands, of its output and of the
 * gradient by its output, and short words for the operators that gradients are made of. Used by one
 * thread.
 */
public final class Backward {
    private final GraphBuilder builder;
    private final Node node;
    private final String gradient;
    private final Map<String, String> gradients;
    private final Set<String> wanted;

    Backward(
            GraphBuilder builder,
            Node node,
            String gradient,
            Map<String, String> gradients,
            Set<String> wanted) {
        this.builder = builder;
        this.node = node;
        this.gradient = gradient;
        this.gradients = gradients;
        this.wanted = wanted;
    }

    /** The name of input {@code i}. */
    String in(int i) {
        return node.inputs().get(i);
    }

    /** Number of inputs. */
    int inputs() {
        return node.inputs().size();
    }

    /** The shape of input {@code i}. */
    Shape shape(int i) {
        return shape(in(i));
    }

    /** The shape of a value. */
    Shape shape(String value) {
        return builder.type(value).shape();
    }

    /** The name of the node's output. */
    String out() {
        return node.name();
    }

    /** The gradient by the node's output. */
    String gradient() {
        return gradient;
    }

    /** Whether the gradient by input {@code i} is asked for. */
    boolean wants(int i) {
        return node.has(i) && wanted.contains(in(i));
    }

    /** Adds a node. */
    String add(Op op, String... from) {
        return builder.add(builder.fresh(node.name() + "_d"), op, from);
    }

    /**
     * Says what one of the node's inputs gets; it is summed over the axes along which the input was
     * broadcast, and added to what other readers of the input give.
     */
    void to(int i, String value) {
        if (!wants(i)) {
            return;
        }
        String fitted = reduce(value, shape(i));
        gradients.merge(in(i), fitted, this::plus);
    }

    private String reduce(String value, Shape to) {
        Shape from = shape(value);
        if (from.equals(to)) {
            return value;
        }
        int lead = from.rank() - to.rank();
        int[] axes =
                IntStream.range(0, from.rank())
                        .filter(a -> a < lead || to.dim(a - lead) == 1 && from.dim(a) != 1)
                        .toArray();
        String sum = axes.length == 0 ? value : add(new Sum(Ints.of(axes), false), value);
        return reshape(sum, to);
    }

    String reshape(String value, Shape to) {
        return shape(value).equals(to) ? value : add(new Reshape(Ints.of(to.toArray())), value);
    }

    String constant(Tensor value) {
        return builder.constant(builder.fresh(node.name() + "_c"), value);
    }

    String scalar(double value) {
        return constant(Tensor.of(Shape.of(), (float) value));
    }

    String plus(String a, String b) {
        return add(new Add(Activation.NONE), a, b);
    }

    String minus(String a, String b) {
        return add(new Sub(Activation.NONE), a, b);
    }

    String times(String a, String b) {
        return add(new Mul(Activation.NONE), a, b);
    }

    String times(double factor, String a) {
        return times(a, scalar(factor));
    }

    String over(String a, String b) {
        return add(new Div(Activation.NONE), a, b);
    }

    String negative(String a) {
        return add(new Neg(), a);
    }

    String where(String condition, String yes, String no) {
        return add(new Select(), condition, yes, no);
    }

    /** The gradient where {@code value} lies strictly between bounds, zero elsewhere. */
    String between(String value, double low, double high, String g) {
        float least = low == Double.NEGATIVE_INFINITY ? -Float.MAX_VALUE : Math.nextUp((float) low);
        float most =
                high == Double.POSITIVE_INFINITY ? Float.MAX_VALUE : Math.nextDown((float) high);
        return add(new ClampGradient(), value, g, scalar(least), scalar(most));
    }

    /** The sum of {@code g} over images and their pixels, one number a channel. */
    String overPixels(String g) {
        return reshape(Sums.overPixels(builder, g), Shape.of(shape(g).dim(3)));
    }

    /** The type of a value. */
    TensorType type(String value) {
        return builder.type(value);
    }
}
