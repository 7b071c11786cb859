package quern.op.recurrent;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** Rules about shapes and types that recurrent operators share. */
final class RecurrentRules {
    private RecurrentRules() {}

    /** Input {@code i} has exactly these dimensions. */
    static void shape(OpInputs in, int i, String what, int... dims) {
        Shape expected = Shape.of(dims);
        if (!in.type(i).shape().equals(expected)) {
            throw new ShapeException(
                    what + " must have shape " + expected + ", not " + in.type(i).shape());
        }
    }

    /** The two dimensions of input {@code i}, which must be static. */
    static int[] matrix(OpInputs in, int i, String what) {
        TypeRules.rank(in.type(i), 2, what);
        if (!in.type(i).shape().isStatic()) {
            throw new ShapeException(what + " must have a static shape, not " + in.type(i).shape());
        }
        return in.type(i).shape().toArray();
    }

    /**
     * The batch size of a sequence, [batch, time, features], or [time, batch, features] if it is
     * time-major, or one step, [batch, features]; its last dimension must be {@code features}.
     */
    static void sequence(Shape x, boolean timeMajor, int batch, int features) {
        if (x.rank() != 3 && x.rank() != 2) {
            throw new ShapeException(
                    "a sequence must have 3 dimensions, or 2 for one step, but its shape is " + x);
        }
        int axis = x.rank() == 3 && timeMajor ? 1 : 0;
        int last = x.rank() - 1;
        boolean fits =
                (x.isSymbolic(axis) || x.dim(axis) == batch)
                        && (x.isSymbolic(last) || x.dim(last) == features);
        if (!fits) {
            throw new ShapeException(
                    "a sequence of shape "
                            + x
                            + " does not fit a state of batch size "
                            + batch
                            + " and weights for "
                            + features
                            + " features");
        }
    }

    /** The shape of {@code x} with another last dimension. */
    static Shape withFeatures(Shape x, int features) {
        List<String> words = new ArrayList<>(x.words());
        words.set(words.size() - 1, Integer.toString(features));
        return Shape.of(words);
    }

    /** Number of steps times batch size. */
    static long rows(Shape x) {
        long rows = 1;
        for (int i = 0; i < x.rank() - 1; i++) {
            rows = Math.multiplyExact(rows, (long) x.dim(i));
        }
        return rows;
    }

    /** Input {@code i}, if it is given, is float32. */
    static void real(OpInputs in, int i, String what) {
        if (in.has(i) && !TypeRules.isReal(in.type(i))) {
            throw new ShapeException(
                    what + " of a float input must be F32, but the type is " + in.type(i));
        }
    }

    /** Input {@code i} holds codes of an element type with one scale. */
    static Quant.PerTensor codes(OpInputs in, int i, DType dtype, String what) {
        TensorType type = in.type(i);
        if (type.dtype() != dtype
                || !(type.quant() instanceof Quant.PerTensor)
                || type.quant().bitWidth() != dtype.bits()) {
            throw new ShapeException(
                    what
                            + " must be "
                            + dtype
                            + " with one scale and zero point, but its type is "
                            + type);
        }
        return type.perTensor(what);
    }

    /** As {@link #codes}, with zero point 0. */
    static Quant.PerTensor symmetric(OpInputs in, int i, DType dtype, String what) {
        Quant.PerTensor q = codes(in, i, dtype, what);
        if (q.zeroPoint() != 0) {
            throw new ShapeException(
                    what + " must have zero point 0, but its type is " + in.type(i));
        }
        return q;
    }

    /** Input {@code i} is a bias of {@code n} integers without quantization of its own. */
    static void bias(OpInputs in, int i, DType dtype, int n, String what) {
        TensorType type = in.type(i);
        if (type.dtype() != dtype || type.isQuantized()) {
            throw new ShapeException(what + " must be " + dtype + ", but its type is " + type);
        }
        shape(in, i, what, n);
    }
}
