package quern.op.nn;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.ImageOps;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Fully connected layer: {@code y[b,o] = activation(bias[o] + sum_i x[b,i] * w[o,i])}; weights
 * [out, in], optional bias [out].
 *
 * @param keepDims keep the leading dimensions of {@code x}, whose last one is then {@code in};
 *     otherwise {@code x} is seen as [elements / in, in]
 * @param activation clamp of the result
 */
public record FullyConnected(boolean keepDims, Activation activation) implements Activated {
    @Override
    public Arity arity() {
        return Arity.optional(2, 3);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        Shape w = in.type(1).shape();
        TypeRules.rank(in.type(1), 2, "the weights of a fully connected layer");
        TypeRules.weights16(in, 0, w.dim(0));
        return List.of(TypeRules.open(x, output(x.shape(), w)));
    }

    private Shape output(Shape x, Shape w) {
        int depth = w.dim(1);
        if (depth == 0) {
            throw new ShapeException("weights " + w + " of a fully connected layer have no inputs");
        }
        boolean rows = keepDims || x.rank() == 2;
        if (rows && (x.rank() < 1 || !x.isSymbolic(x.rank() - 1) && x.dim(x.rank() - 1) != depth)) {
            throw new ShapeException(
                    "weights " + w + " of a fully connected layer do not fit input " + x);
        }
        List<String> words = new ArrayList<>();
        if (rows) {
            words.addAll(x.words());
            words.set(words.size() - 1, w.word(0));
        } else if (!x.isStatic()) {
            words.addAll(List.of(Shape.UNKNOWN, w.word(0)));
        } else if (x.elements() % depth != 0) {
            throw new ShapeException(
                    "weights " + w + " of a fully connected layer do not fit input " + x);
        } else {
            words.addAll(List.of(Integer.toString(x.elements() / depth), w.word(0)));
        }
        return Shape.of(words);
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputOrSums(in.type(0), outputs.get(0), activation != Activation.NONE);
    }

    @Override
    public FullyConnected with(Activation other) {
        return new FullyConnected(keepDims, other);
    }

    @Override
    public long macs(OpInputs in, List<TensorType> outputs) {
        Shape w = in.type(1).shape();
        return Math.multiplyExact(outputs.get(0).shape().elements(), (long) w.dim(1));
    }

    @Override
    public boolean makesSums() {
        return true;
    }

    @Override
    public void write(Attributes a) {
        if (keepDims) {
            a.put("keep_dims", true);
        }
        ImageOps.write(a, activation);
    }

    /** Restores what {@link #write} wrote. */
    public static FullyConnected read(Attributes a) {
        return new FullyConnected(a.flag("keep_dims", false), ImageOps.activation(a));
    }
}
