package quern.op.reduction;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * The mean along axes.
 *
 * @param axes the reduced axes, counted from the front, ascending, each once
 * @param keepDims reduced axes stay as dimensions of size 1
 */
public record Mean(Ints axes, boolean keepDims) implements Op {
    public Mean {
        for (int i = 0; i < axes.size(); i++) {
            if (axes.at(i) < (i == 0 ? 0 : axes.at(i - 1) + 1)) {
                throw new ShapeException(
                        "reduced axes must be ascending and not negative, not " + axes);
            }
        }
    }

    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TypeRules.activation(in.type(0), "the input of a mean");
        return List.of(TypeRules.open(in.type(0), reduce(in.type(0).shape())));
    }

    private Shape reduce(Shape x) {
        List<String> words = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < x.rank(); i++) {
            boolean reduced = next < axes.size() && axes.at(next) == i;
            next += reduced ? 1 : 0;
            if (!reduced) {
                words.add(x.word(i));
            } else if (keepDims) {
                words.add("1");
            }
        }
        if (next != axes.size()) {
            throw new ShapeException("reduced axes " + axes + " do not exist in shape " + x);
        }
        return Shape.of(words);
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputFamily(in.type(0), outputs.get(0));
    }

    @Override
    public void write(Attributes a) {
        a.put("axes", axes);
        if (keepDims) {
            a.put("keep_dims", true);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static Mean read(Attributes a) {
        return new Mean(a.ints("axes"), a.flag("keep_dims", false));
    }
}
