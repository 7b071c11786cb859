package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.L2Pool2d;
import quern.op.pooling.MaxPool2d;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** Pooling windows, some of which see nothing but padding. */
final class PoolingCases {
    private static final Ints ONE = Ints.of(1, 1);
    private static final Padding WIDE = new Padding.Explicit(3, 0, 2, 4);
    private static final Padding UNEVEN = new Padding.Explicit(0, 2, 1, 1);

    private PoolingCases() {}

    static OpCase average(Draw d) {
        ImageDraw g = ImageDraw.of(d, 1);
        AveragePool2d op = new AveragePool2d(g.kernel(), g.stride(), g.padding(), d.activation());
        Shape x = image(d, g);
        RoundingMode mode = d.rounding();
        CaseBuilder b = new CaseBuilder("").rounding(mode);
        if (d.chance(30)) {
            return b.input("x", Fill.reals(x, d)).build(op);
        }
        TensorType type = Types.activation16(d, x, 0.05);
        b.input("x", Fill.codes(type, d));
        boolean requantizes = AveragePool2d.roundsReals(mode) && d.chance(70);
        return requantizes
                ? b.build(op, Types.output16(d, b.infer(op), 0.05))
                : b.build(op, type.quant());
    }

    static OpCase max(Draw d) {
        ImageDraw g = ImageDraw.of(d, 1);
        MaxPool2d op = new MaxPool2d(g.kernel(), g.stride(), g.padding(), d.activation());
        Shape x = image(d, g);
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        return d.chance(30)
                ? b.input("x", Fill.reals(x, d)).build(op)
                : b.input("x", Fill.codes(Types.activation16(d, x, 0.05), d)).build(op);
    }

    static OpCase l2(Draw d) {
        ImageDraw g = ImageDraw.of(d, 1);
        L2Pool2d op = new L2Pool2d(g.kernel(), g.stride(), g.padding(), d.activation());
        return new CaseBuilder("").input("x", Fill.reals(image(d, g), d)).build(op);
    }

    static List<OpCase> awkwardL2() {
        List<OpCase> all = new ArrayList<>();
        for (Padding pad : List.of(UNEVEN, WIDE)) {
            all.addAll(reals(new L2Pool2d(Ints.of(2, 3), Ints.of(3, 2), pad, Activation.NONE)));
        }
        return all;
    }

    private static Shape image(Draw d, ImageDraw g) {
        return Shape.of(d.upTo(1, 3), g.height(), g.width(), d.upTo(1, 19));
    }

    static List<OpCase> awkwardAverage() {
        List<OpCase> all = new ArrayList<>();
        for (RoundingMode mode : RoundingMode.values()) {
            for (Activation a : Activation.values()) {
                AveragePool2d op = new AveragePool2d(Ints.of(1, 2), Ints.of(1, 2), Padding.SAME, a);
                TensorType s8 = TensorType.s8(0.125f, -3, 1, 8, 32, 1);
                all.add(codes("AveragePool2d ties, " + a.label(), mode, op, s8));
                TensorType u8 = new TensorType(DType.U8, s8.shape(), Quant.perTensor(0.125f, 117));
                all.add(codes("AveragePool2d unsigned ties, " + a.label(), mode, op, u8));
                Quant wide = new Quant.PerTensor(0.125f, 0, 16);
                TensorType s16 = new TensorType(DType.S16, s8.shape(), wide);
                all.add(codes("AveragePool2d of 16 bits, " + a.label(), mode, op, s16));
            }
            AveragePool2d uneven =
                    new AveragePool2d(Ints.of(3, 3), Ints.of(2, 1), UNEVEN, Activation.NONE);
            all.add(
                    codes(
                            "AveragePool2d uneven padding",
                            mode,
                            uneven,
                            TensorType.s8(1, 127, 2, 4, 5, 3)));
            AveragePool2d wide = new AveragePool2d(Ints.of(2, 2), ONE, WIDE, Activation.NONE);
            all.add(
                    codes(
                            "AveragePool2d pads larger than kernel",
                            mode,
                            wide,
                            TensorType.s8(0.5f, 7, 1, 2, 3, 2)));
        }
        for (Padding pad : List.of(UNEVEN, WIDE)) {
            all.addAll(
                    reals(new AveragePool2d(Ints.of(2, 3), Ints.of(3, 2), pad, Activation.NONE)));
        }
        return all;
    }

    static List<OpCase> awkwardMax() {
        List<OpCase> all = new ArrayList<>();
        for (Activation a : Activation.values()) {
            MaxPool2d op = new MaxPool2d(Ints.of(2, 3), Ints.of(3, 2), UNEVEN, a);
            all.addAll(reals(op));
            all.addAll(reals(new MaxPool2d(Ints.of(2, 2), ONE, WIDE, a)));
            TensorType low = TensorType.s8(0.5f, 127, 1, 3, 3, 2);
            all.add(
                    new CaseBuilder("MaxPool2d all -128, " + a.label())
                            .input("x", Fill.constant(low, -128))
                            .build(op));
        }
        return all;
    }

    private static OpCase codes(String name, RoundingMode mode, Op op, TensorType x) {
        return new CaseBuilder(name + ", " + mode.label())
                .rounding(mode)
                .input("x", Fill.ramp(x))
                .build(op, x.quant());
    }

    private static List<OpCase> reals(Op op) {
        String name = op.getClass().getSimpleName();
        TensorType minusZero = TensorType.f32(1, 3, 3, 1);
        return List.of(
                new CaseBuilder(name + " wild floats " + op)
                        .input("x", Fill.wild(Shape.of(1, 7, 6, 2)))
                        .build(op),
                new CaseBuilder(name + " minus zero " + op)
                        .input("x", Fill.constant(minusZero, -0.0))
                        .build(op),
                new CaseBuilder(name + " no image " + op)
                        .input("x", Fill.wild(Shape.of(0, 4, 4, 2)))
                        .build(op),
                new CaseBuilder(name + " no channels " + op)
                        .input("x", Fill.wild(Shape.of(2, 4, 4, 0)))
                        .build(op));
    }
}
