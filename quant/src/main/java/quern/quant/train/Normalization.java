package quern.quant.train;

import java.util.List;
import java.util.Map;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.math.Square;
import quern.op.math.Sub;

/**
 * The gradient of a batch normalization in training: with {@code d} the centered input, {@code r}
 * the reciprocal deviation and {@code n} pixels, {@code dx = gamma * r * (g - sum(g) / n - d * r^2
 * * sum(g * d) / n)}, {@code dgamma = r * sum(g * d)}, {@code dbeta = sum(g)}.
 *
 * @param raw the input
 * @param rounded the output
 * @param centered {@code d}
 * @param inverse {@code r}
 * @param factor {@code gamma * r}
 * @param between every value in between
 */
record Normalization(
        String raw,
        String rounded,
        String centered,
        String inverse,
        String factor,
        String gamma,
        String beta,
        List<String> between)
        implements Crossing {
    private static final Mul MUL = new Mul(Activation.NONE);

    @Override
    public String cross(GraphBuilder b, Map<String, String> gradients) {
        String g = gradients.get(rounded);
        if (g == null) {
            return "";
        }
        double pixels = b.type(raw).shape().elements() / b.type(raw).shape().dim(3);
        String sum = Sums.overPixels(b, g);
        String along = Sums.ofProducts(b, centered, g);
        gradients.put(beta, sum);
        gradients.put(gamma, Losses.add(b, MUL, along, inverse));
        String share = Losses.scaled(b, sum, 1 / pixels);
        String slope =
                Losses.scaled(
                        b,
                        Losses.add(b, MUL, along, Losses.add(b, new Square(), inverse)),
                        1 / pixels);
        String line = Losses.add(b, MUL, centered, slope);
        String offset = Losses.add(b, new Add(Activation.NONE), line, share);
        String rest = Losses.add(b, new Sub(Activation.NONE), g, offset);
        gradients.put(raw, Losses.add(b, MUL, rest, factor));
        return "";
    }
}
