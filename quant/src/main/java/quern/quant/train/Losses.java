package quern.quant.train;

import java.util.Arrays;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Op;
import quern.op.activation.LogSoftmax;
import quern.op.activation.Softmax;
import quern.op.math.Abs;
import quern.op.math.Add;
import quern.op.math.Exp;
import quern.op.math.Log;
import quern.op.math.Maximum;
import quern.op.math.Mul;
import quern.op.math.Neg;
import quern.op.math.SquaredDifference;
import quern.op.math.Sub;
import quern.op.reduction.Mean;
import quern.op.reduction.Sum;
import quern.tensor.Ints;

/** Losses as ordinary operators; each adds nodes and returns the name of one number. */
public final class Losses {
    private static final Mul MUL = new Mul(Activation.NONE);

    private Losses() {}

    /**
     * The mean over the batch of {@code -sum target * log softmax(logits)}.
     *
     * @param logits [N, classes]
     * @param target probabilities [N, classes], smoothed or not
     */
    public static String crossEntropy(GraphBuilder b, String logits, String target) {
        String log = add(b, new LogSoftmax(1), logits);
        String all = add(b, new Sum(Ints.of(0, 1), false), add(b, MUL, target, log));
        return scaled(b, all, -1.0 / b.type(logits).shape().dim(0));
    }

    /**
     * Cross-entropy against a teacher (Hinton, Vinyals, Dean 2015): {@code T^2} times that of the
     * softmax of both logits over {@code T}.
     */
    public static String distillation(
            GraphBuilder b, String logits, String teacher, float temperature) {
        String soft = add(b, new Softmax(1, 1 / temperature), teacher);
        String cool = scaled(b, logits, 1 / temperature);
        double factor = (double) temperature * temperature;
        return scaled(b, crossEntropy(b, cool, soft), factor);
    }

    /** The mean of the squared differences of all elements. */
    public static String meanSquared(GraphBuilder b, String y, String target) {
        return mean(b, add(b, new SquaredDifference(), y, target));
    }

    /**
     * The mean over all elements of the binary cross-entropy of {@code sigmoid(z)}: {@code max(z,
     * 0) - z * target + log(1 + exp(-|z|))}.
     */
    public static String binaryCrossEntropy(GraphBuilder b, String z, String target) {
        String zero = b.constant(b.fresh("zero"), Differentiation.scalar(0));
        String one = b.constant(b.fresh("one"), Differentiation.scalar(1));
        String high = add(b, new Maximum(), z, zero);
        String decay = add(b, new Exp(), add(b, new Neg(), add(b, new Abs(), z)));
        String rest = add(b, new Log(), add(b, new Add(Activation.NONE), decay, one));
        String first = add(b, new Sub(Activation.NONE), high, add(b, MUL, z, target));
        return mean(b, add(b, new Add(Activation.NONE), first, rest));
    }

    private static String mean(GraphBuilder b, String value) {
        int rank = b.type(value).shape().rank();
        int[] axes = new int[rank];
        Arrays.setAll(axes, i -> i);
        return add(b, new Mean(Ints.of(axes), false), value);
    }

    static String scaled(GraphBuilder b, String value, double factor) {
        String f = b.constant(b.fresh("factor"), Differentiation.scalar(factor));
        return add(b, MUL, value, f);
    }

    static String add(GraphBuilder b, Op op, String... from) {
        return b.add(b.fresh("loss"), op, from);
    }
}
