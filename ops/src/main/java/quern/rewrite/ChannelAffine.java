package quern.rewrite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.Activation;
import quern.op.TypeRules;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/** {@code y[c] = scale[c] * x[c] + offset[c]}, collected node by node in binary64. */
final class ChannelAffine {
    private final double[] scale;
    private final double[] offset;
    private final List<Node> absorbed = new ArrayList<>();
    private Activation activation = Activation.NONE;
    private boolean scales;

    /** Begins with scale 1 and the bias, or 0 without one. */
    ChannelAffine(int channels, Optional<Tensor> bias) {
        scale = new double[channels];
        offset = new double[channels];
        Arrays.fill(scale, 1);
        bias.ifPresent(b -> Arrays.setAll(offset, b::real));
    }

    /**
     * Takes in a Mul or Add of {@code last}'s output with a constant a channel, if {@code next} is
     * one; its activation ends the chain.
     */
    boolean append(Graph graph, Node last, Node next) {
        boolean mul = next.op() instanceof Mul;
        if (activation != Activation.NONE
                || !mul && !(next.op() instanceof Add)
                || !next.output().type().equals(last.output().type())) {
            return false;
        }
        String other = next.inputs().get(next.inputs().get(0).equals(last.name()) ? 1 : 0);
        Optional<Tensor> constant =
                graph.constant(other).filter(t -> fits(t, last.output().type().shape()));
        if (constant.isEmpty()) {
            return false;
        }
        for (int c = 0; c < scale.length; c++) {
            double v = constant.get().real(constant.get().elements() == 1 ? 0 : c);
            scale[c] = mul ? scale[c] * v : scale[c];
            offset[c] = mul ? offset[c] * v : offset[c] + v;
        }
        activation = mul ? ((Mul) next.op()).activation() : ((Add) next.op()).activation();
        scales |= mul;
        absorbed.add(next);
        return true;
    }

    /** One number, or one for each index of the last axis. */
    private boolean fits(Tensor t, Shape x) {
        Shape s = t.shape();
        boolean channels = s.rank() > 0 && s.dim(s.rank() - 1) == scale.length;
        return TypeRules.isReal(t.type())
                && s.rank() <= x.rank()
                && (t.elements() == 1 || channels && t.elements() == scale.length);
    }

    double scale(int channel) {
        return scale[channel];
    }

    /** The offsets as a bias, rounded to binary32. */
    Tensor bias() {
        float[] b = new float[offset.length];
        for (int c = 0; c < b.length; c++) {
            b[c] = (float) offset[c];
        }
        return Tensor.of(Shape.of(b.length), b);
    }

    /** Whether there was a multiplication. */
    boolean scales() {
        return scales;
    }

    /** The nodes taken in. */
    List<Node> absorbed() {
        return absorbed;
    }

    /** That of the last node taken in. */
    Activation activation() {
        return activation;
    }
}
