package quern.cases;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.op.shape.Reshape;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** Operators that move elements, on every element type they take. */
final class ShapeCases {
    private ShapeCases() {}

    static OpCase reshape(Draw d) {
        Shape x = d.shape(0, 5, 400);
        int[] dims = factors(d, x.elements());
        int[] target = dims.clone();
        if (dims.length > 0 && x.elements() > 0 && d.chance(40)) {
            target[d.between(0, dims.length - 1)] = -1;
        }
        TensorType type = wholeBytes(d, x);
        return new CaseBuilder("")
                .input("x", Fill.bits(type, d))
                .build(new Reshape(Ints.of(target)));
    }

    static OpCase transpose(Draw d) {
        Shape x = d.shape(1, 5, 400);
        TensorType type = wholeBytes(d, x);
        if (d.chance(20)) {
            type = Types.weights(d, x, d.between(0, x.rank() - 1));
        }
        return new CaseBuilder("")
                .input("x", Fill.bits(type, d))
                .build(new Transpose(d.permutation(x.rank())));
    }

    static OpCase pad(Draw d) {
        Shape x = d.shape(1, 5, 100);
        int[] before = new int[x.rank()];
        int[] after = new int[x.rank()];
        for (int i = 0; i < before.length; i++) {
            before[i] = d.chance(50) ? 0 : d.between(0, x.rank() > 3 ? 1 : 3);
            after[i] = d.chance(50) ? 0 : d.between(0, x.rank() > 3 ? 1 : 4);
        }
        float value = d.chance(50) ? 0 : d.pick(-0f, 1f, -0.3f, 1e9f, -1e9f, 0.025f);
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        if (d.chance(30)) {
            b.input("x", Fill.reals(x, d));
        } else if (d.chance(50)) {
            b.input("x", Fill.codes(Types.activation(d, x, 0.05), d));
        } else {
            TensorType type = wholeBytes(d, x);
            b.input("x", Fill.bits(type, d));
            if (d.chance(50)) {
                TensorType scalar = type.withShape(Shape.of());
                b.operand("value", Fill.bits(scalar, d), d.chance(50));
            } else if (type.dtype() != DType.F32 && !type.isQuantized()) {
                value = type.dtype().isFloat() ? 0 : d.between(0, 1);
            }
        }
        return b.build(new Pad(Ints.of(before), Ints.of(after), value));
    }

    static OpCase concat(Draw d) {
        int[] dims = d.shape(1, 5, 150).toArray();
        int axis = d.between(0, dims.length - 1);
        TensorType type = wholeBytes(d, Shape.of(dims));
        RoundingMode mode = d.rounding();
        boolean eight = type.isQuantized() && type.dtype().bits() == 8;
        boolean rescales =
                eight && (type.dtype() == DType.U8 || Concat.quantizesReals(mode)) && d.chance(60);
        CaseBuilder b = new CaseBuilder("").rounding(mode);
        int parts = d.upTo(1, 5);
        for (int i = 0; i < parts; i++) {
            dims[axis] = d.upTo(d.chance(10) ? 0 : 1, 7);
            Shape shape = Shape.of(dims);
            TensorType part =
                    rescales && d.chance(70)
                            ? Types.perTensor(d, type.dtype(), shape, 0.05, 8)
                            : type.withShape(shape);
            b.operand("x" + i, Fill.bits(part, d), i == 0 || d.chance(80));
        }
        return b.build(new Concat(axis), type.quant());
    }

    /** Any element type that is not packed, quantized per tensor or not. */
    static TensorType wholeBytes(Draw d, Shape shape) {
        if (d.chance(30)) {
            return TensorType.of(DType.F32, shape);
        }
        if (d.chance(50)) {
            return Types.activation(d, shape, 0.05);
        }
        DType dtype = d.pick(DType.values());
        if (dtype.isPacked()) {
            dtype = DType.S16;
        }
        return dtype.isInteger() && dtype.bits() <= 16 && d.chance(50)
                ? Types.perTensor(d, dtype, shape, 0.05, dtype.bits())
                : TensorType.of(dtype, shape);
    }

    /** Dimensions with this product. */
    private static int[] factors(Draw d, int elements) {
        List<Integer> dims = new ArrayList<>();
        int rest = elements;
        for (int f = 2; f <= rest; f++) {
            while (rest > 1 && rest % f == 0 && dims.size() < 5) {
                dims.add(f);
                rest /= f;
            }
        }
        if (rest != 1) {
            dims.add(rest);
        }
        if (d.chance(30)) {
            dims.add(d.between(0, dims.size()), 1);
        }
        Collections.shuffle(dims, d.random());
        return dims.stream().mapToInt(Integer::intValue).toArray();
    }
}
