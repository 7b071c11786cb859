package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.op.shape.Reshape;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Fixed cases of operators that move elements. */
final class ShapeAwkward {
    private static final Draw DRAW = new Draw(5, 11);

    private ShapeAwkward() {}

    static List<OpCase> reshape() {
        List<OpCase> all = new ArrayList<>();
        for (DType dtype : DType.values()) {
            if (!dtype.isPacked()) {
                TensorType x = TensorType.of(dtype, Shape.of(2, 3));
                all.add(reshape(x, 3, -1));
            }
        }
        all.add(reshape(TensorType.f32(1, 1)));
        all.add(reshape(TensorType.f32(), 1, -1));
        all.add(reshape(TensorType.f32(0, 4), 2, 0));
        all.add(reshape(TensorType.s8(.5f, 3, 2, 2), 4));
        return all;
    }

    private static OpCase reshape(TensorType x, int... shape) {
        Reshape op = new Reshape(Ints.of(shape));
        return new CaseBuilder("Reshape " + x + " to " + op.shape())
                .input("x", Fill.bits(x, DRAW))
                .build(op);
    }

    static List<OpCase> transpose() {
        List<OpCase> all = new ArrayList<>();
        for (DType dtype : DType.values()) {
            all.add(transpose(TensorType.of(dtype, Shape.of(3, 1, 5)), 2, 0, 1));
        }
        Quant scales = new Quant.PerChannel(1, Floats.of(1, 2, 3), Ints.of(-8, 0, 7), 4);
        all.add(transpose(new TensorType(DType.S4, Shape.of(5, 3), scales), 1, 0));
        all.add(transpose(new TensorType(DType.S8, Shape.of(2, 3, 2), scales), 1, 2, 0));
        all.add(transpose(TensorType.f32()));
        all.add(transpose(TensorType.f32(4), 0));
        all.add(transpose(TensorType.f32(2, 0, 3), 2, 1, 0));
        all.add(transpose(TensorType.f32(2, 3, 4, 2, 3), 4, 2, 0, 3, 1));
        return all;
    }

    private static OpCase transpose(TensorType x, int... permutation) {
        Transpose op = new Transpose(Ints.of(permutation));
        return new CaseBuilder("Transpose " + x + " by " + op.permutation())
                .input("x", Fill.bits(x, DRAW))
                .build(op);
    }

    static List<OpCase> pad() {
        List<OpCase> all = new ArrayList<>();
        for (float value : new float[] {0, -0f, 1.5f, Float.NaN, Float.NEGATIVE_INFINITY}) {
            all.add(pad(TensorType.f32(2, 3), new Pad(Ints.of(1, 0), Ints.of(0, 2), value)));
        }
        // 0.25 / 0.5 and -0.75 / 0.5 are ties; the others saturate.
        for (float value : new float[] {0, .25f, -.75f, 100, -100, 1e30f}) {
            Pad op = new Pad(Ints.of(1, 1), Ints.of(2, 0), value);
            all.add(pad(TensorType.s8(.5f, -3, 2, 2), op));
            TensorType u8 = new TensorType(DType.U8, Shape.of(2, 2), Quant.perTensor(.5f, 250));
            all.add(pad(u8, op));
        }
        for (DType dtype : DType.values()) {
            Pad op = new Pad(Ints.of(1), Ints.of(2), dtype == DType.S64 ? -9e18f : 0);
            all.add(pad(TensorType.of(dtype, Shape.of(3)), op));
        }
        Pad op = new Pad(Ints.of(0), Ints.of(1), 0);
        TensorType s64 = TensorType.of(DType.S64, Shape.of(2));
        Tensor value = Tensor.zeros(s64.withShape(Shape.of()));
        value.longs()[0] = Long.MIN_VALUE + 1;
        all.add(
                new CaseBuilder("Pad by a computed value")
                        .input("x", Fill.bits(s64, DRAW))
                        .input("value", value)
                        .build(op));
        all.add(pad(TensorType.f32(), new Pad(Ints.of(), Ints.of(), 1)));
        all.add(pad(TensorType.f32(0, 2), new Pad(Ints.of(2, 0), Ints.of(1, 1), 7)));
        return all;
    }

    private static OpCase pad(TensorType x, Pad op) {
        return new CaseBuilder("Pad " + x + " by " + op)
                .rounding(RoundingMode.DOUBLE)
                .input("x", Fill.bits(x, DRAW))
                .build(op);
    }

    static List<OpCase> concat() {
        List<OpCase> all = new ArrayList<>();
        for (DType dtype : DType.values()) {
            if (!dtype.isPacked()) {
                TensorType a = TensorType.of(dtype, Shape.of(2, 1, 3));
                TensorType b = TensorType.of(dtype, Shape.of(2, 2, 3));
                all.add(concat("" + dtype, 1, a, b, a));
            }
        }
        TensorType q = TensorType.s8(.25f, 1, 2, 3);
        all.add(concat("codes", 0, q, q));
        all.add(concat("one input", 1, q));
        all.add(concat("nothing and something", 0, TensorType.f32(0, 2), TensorType.f32(3, 2)));
        for (RoundingMode mode : RoundingMode.values()) {
            all.add(rescaled(DType.U8, mode));
            if (Concat.quantizesReals(mode)) {
                all.add(rescaled(DType.S8, mode));
            }
        }
        all.add(
                new CaseBuilder("Concat a value with itself")
                        .input("x0", Fill.bits(q, DRAW))
                        .again(0)
                        .again(0)
                        .build(new Concat(1)));
        return all;
    }

    /** All codes, with ties, saturation and equal parameters, between other inputs. */
    private static OpCase rescaled(DType dtype, RoundingMode mode) {
        int low = (int) dtype.min(8);
        Shape shape = Shape.of(2, 8, 16);
        CaseBuilder b =
                new CaseBuilder("Concat rescaled " + dtype + ", " + mode.label()).rounding(mode);
        b.input("half", Fill.ramp(new TensorType(dtype, shape, Quant.perTensor(0.5f, low + 3))));
        b.input("same", Fill.ramp(new TensorType(dtype, shape, Quant.perTensor(1, low + 255))));
        b.input("wide", Fill.ramp(new TensorType(dtype, shape, Quant.perTensor(300, low))));
        b.input("zero", Fill.ramp(new TensorType(dtype, shape, Quant.perTensor(1, low + 128))));
        b.operand(
                "tiny",
                Fill.ramp(new TensorType(dtype, shape, Quant.perTensor(1e-30f, low + 200))),
                false);
        return b.build(new Concat(1), Quant.perTensor(1, low + 255));
    }

    private static OpCase concat(String name, int axis, TensorType... types) {
        CaseBuilder b = new CaseBuilder("Concat " + name + " along " + axis);
        for (int i = 0; i < types.length; i++) {
            b.operand("x" + i, Fill.bits(types[i], DRAW), i % 2 == 0);
        }
        return b.build(new Concat(axis));
    }
}
