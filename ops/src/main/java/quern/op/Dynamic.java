package quern.op;

import java.util.List;
import java.util.Optional;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * An operator whose form depends on the values of some inputs, such as a reshape to a computed
 * shape. Once these values are known it is another operator, which has them as attributes.
 */
public interface Dynamic extends Op {
    /**
     * What a dynamic operator is once its values are known.
     *
     * @param op the operator with the values as attributes
     * @param inputs numbers of the inputs that it still reads, in its order
     */
    record Fixed(Op op, Ints inputs) {
        /** The inputs that the fixed operator reads. */
        public OpInputs of(OpInputs in) {
            return new OpInputs() {
                @Override
                public int size() {
                    return inputs.size();
                }

                @Override
                public boolean has(int i) {
                    return i < inputs.size() && in.has(inputs.at(i));
                }

                @Override
                public TensorType type(int i) {
                    return in.type(inputs.at(i));
                }

                @Override
                public Optional<Tensor> constant(int i) {
                    return in.constant(inputs.at(i));
                }
            };
        }
    }

    /** Numbers of the inputs whose values decide; absent optional ones decide nothing. */
    Ints deciding();

    /**
     * The operator that this one is; all {@link #deciding} inputs have values and input shapes are
     * static.
     *
     * @throws quern.error.ShapeException if the values do not fit the inputs
     */
    Fixed fix(OpInputs in);

    /** Types of the outputs as far as they are known without the values. */
    List<TensorType> open(OpInputs in);

    /** The fixed operator if the deciding values are known and the shapes are static. */
    default Optional<Fixed> fixed(OpInputs in) {
        for (int i = 0; i < in.size(); i++) {
            if (in.has(i) && !in.type(i).shape().isStatic()) {
                return Optional.empty();
            }
        }
        boolean known = deciding().stream().allMatch(i -> !in.has(i) || in.constant(i).isPresent());
        return known ? Optional.of(fix(in)) : Optional.empty();
    }

    @Override
    default List<TensorType> infer(OpInputs in) {
        Optional<Fixed> fixed = fixed(in);
        return fixed.isPresent() ? fixed.get().op().infer(fixed.get().of(in)) : open(in);
    }

    @Override
    default void write(Attributes a) {}

    /** The integers of an input that has a value: one number for each element. */
    static Ints integers(OpInputs in, int i) {
        Tensor t = in.constant(i).orElseThrow();
        int[] all = new int[t.elements()];
        for (int k = 0; k < all.length; k++) {
            long v = t.integer(k);
            all[k] = (int) Math.max(Integer.MIN_VALUE, Math.min(v, Integer.MAX_VALUE));
        }
        return Ints.of(all);
    }

    /** Throws unless an input is a list of integers without scales. */
    static void requireIntegers(OpInputs in, int i, String what) {
        TensorType type = in.type(i);
        boolean whole = type.dtype() == DType.S32 || type.dtype() == DType.S64;
        if (!whole || type.isQuantized() || type.shape().rank() > 1) {
            throw new quern.error.ShapeException(
                    what + " must be a list of S32 or S64, but are " + type);
        }
    }
}
