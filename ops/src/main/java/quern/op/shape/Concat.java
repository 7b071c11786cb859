package quern.op.shape;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Tensors one after another along an axis; all have the same element type. Codes are rescaled to
 * the output's quantization where they may have another.
 *
 * @param axis counted from the front
 */
public record Concat(int axis) implements Op {
    public Concat {
        if (axis < 0) {
            throw new ShapeException("the axis of a concat must not be negative: " + axis);
        }
    }

    @Override
    public Arity arity() {
        return Arity.variadic(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType first = in.type(0);
        first.shape().axis(axis);
        if (first.dtype().isPacked() || first.channels() > 1) {
            throw new ShapeException(
                    "only tensors with one scale and whole bytes can be concatenated, not "
                            + first);
        }
        long total = 0;
        boolean unknown = false;
        for (int i = 0; i < in.size(); i++) {
            if (!in.has(i)) {
                throw new ShapeException("input " + i + " of a concat is missing");
            }
            Shape s = in.type(i).shape();
            boolean symbolic = s.rank() > axis && s.isSymbolic(axis);
            if (s.rank() != first.shape().rank()
                    || !symbolic && !first.shape().accepts(alongAxis(first.shape(), s))) {
                throw new ShapeException(
                        "shapes "
                                + first.shape()
                                + " and "
                                + s
                                + " cannot be concatenated along axis "
                                + axis);
            }
            unknown |= symbolic;
            total += symbolic ? 0 : s.dim(axis);
        }
        List<String> words = first.shape().words();
        words.set(axis, unknown ? Shape.UNKNOWN : Long.toString(total));
        return List.of(first.withShape(Shape.of(words)));
    }

    private Shape alongAxis(Shape first, Shape s) {
        List<String> words = s.words();
        words.set(axis, first.word(axis));
        return Shape.of(words);
    }

    @Override
    public boolean keepsQuantization() {
        return false;
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        for (int i = 0; i < in.size(); i++) {
            if (!rescales(in.type(i), outputs.get(0), rounding)) {
                TypeRules.sameQuant(in.type(i), outputs.get(0));
            }
        }
    }

    /**
     * Codes of 8 bits may differ in scale and zero point: unsigned ones as in TFLite's legacy
     * models, signed ones where they go by way of real numbers.
     */
    private static boolean rescales(TensorType x, TensorType y, RoundingMode rounding) {
        return x.dtype() == y.dtype()
                && (x.dtype() == DType.U8 || x.dtype() == DType.S8 && quantizesReals(rounding))
                && x.quant() instanceof Quant.PerTensor
                && y.quant() instanceof Quant.PerTensor;
    }

    /** Whether codes of another quantization are dequantized: in float-even and onnx-ref. */
    public static boolean quantizesReals(RoundingMode mode) {
        return mode == RoundingMode.FLOAT_EVEN || mode == RoundingMode.ONNX_REF;
    }

    @Override
    public void write(Attributes a) {
        a.put("axis", axis);
    }

    /** Restores what {@link #write} wrote. */
    public static Concat read(Attributes a) {
        return new Concat(a.integer("axis"));
    }
}
