package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.Op;
import quern.op.logic.LogicalNot;
import quern.op.logic.Select;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Comparisons, logic and choices in every form of broadcasting. */
final class LogicCases {
    private static final DType[] COMPARED = {
        DType.S8, DType.U8, DType.S16, DType.S32, DType.U32, DType.S64, DType.BOOL
    };
    private static final DType[] BITS = {
        DType.S8, DType.U8, DType.S16, DType.U16, DType.S32, DType.U32, DType.S64, DType.U64
    };
    private static final DType[] SELECTED = {
        DType.F64, DType.F16, DType.S8, DType.S16, DType.S32, DType.S64, DType.BOOL
    };

    private LogicCases() {}

    static OpCase comparison(Draw d, Op op) {
        Shape[] shapes = ElementwiseCases.shapes(d);
        boolean constant = d.chance(25);
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        if (d.chance(35)) {
            Tensor x = Fill.reals(shapes[0], d);
            return b.input("a", x).operand("b", Fill.reals(shapes[1], d), !constant).build(op);
        }
        if (d.chance(40)) {
            DType dtype = d.pick(COMPARED);
            b.input("a", Fill.integers(dtype, shapes[0], d));
            return b.operand("b", Fill.integers(dtype, shapes[1], d), !constant).build(op);
        }
        double scale = d.pick(0.05, 0.05, 0.0005, 40.0);
        boolean wide = d.chance(15);
        TensorType first =
                wide ? Types.wide(d, shapes[0], scale) : Types.activation(d, shapes[0], scale);
        TensorType second =
                wide
                        ? Types.wide(d, shapes[1], scale)
                        : Types.perTensor(d, first.dtype(), shapes[1], scale, 8);
        second = d.chance(30) ? first.withShape(shapes[1]) : second;
        return b.input("a", Fill.codes(first, d))
                .operand("b", Fill.codes(second, d), !constant)
                .build(op);
    }

    static List<OpCase> awkwardComparison(Op op) {
        String name = op.getClass().getSimpleName();
        List<OpCase> all = new ArrayList<>(ElementwiseCases.awkwardReals(op));
        for (RoundingMode mode : RoundingMode.values()) {
            for (float scale : new float[] {0.5f, 0.001f, 100f}) {
                all.add(
                        new CaseBuilder(name + " all codes, scale " + scale + ", " + mode.label())
                                .rounding(mode)
                                .input("a", Fill.ramp(TensorType.s8(scale, 3, 256, 1)))
                                .input("b", Fill.ramp(TensorType.s8(scale / 2, -5, 1, 256)))
                                .build(op));
            }
            all.add(
                    new CaseBuilder(name + " unsigned, " + mode.label())
                            .rounding(mode)
                            .input("a", Fill.ramp(unsigned(0.1f, 255, 64, 4)))
                            .constant("b", Fill.cycle(unsigned(0.1f, 255, 4), 0, 127, 128, 255))
                            .build(op));
            TensorType s16 = new TensorType(DType.S16, Shape.of(4, 1), Quant.perTensor(0.1f, 0));
            all.add(
                    new CaseBuilder(name + " S16, " + mode.label())
                            .rounding(mode)
                            .input("a", Fill.cycle(s16, -32768, -1, 1, 32767))
                            .input("b", Fill.cycle(s16.withShape(Shape.of(3)), -32768, 1, 32767))
                            .build(op));
        }
        for (DType dtype : COMPARED) {
            Tensor ends = Tensor.zeros(TensorType.of(dtype, Shape.of(4)));
            boolean truth = dtype == DType.BOOL;
            ends.setInteger(1, 1);
            ends.setInteger(2, truth ? 1 : dtype.max(dtype.bits()));
            ends.setInteger(3, truth ? 0 : dtype.min(dtype.bits()));
            all.add(
                    new CaseBuilder(name + " ends of " + dtype)
                            .input("a", ends.as(ends.type().withShape(Shape.of(4, 1))))
                            .input("b", ends)
                            .build(op));
        }
        return all;
    }

    static OpCase truth(Draw d, Op op) {
        Shape[] shapes = ElementwiseCases.shapes(d);
        return new CaseBuilder("")
                .input("a", Fill.integers(DType.BOOL, shapes[0], d))
                .operand("b", Fill.integers(DType.BOOL, shapes[1], d), !d.chance(25))
                .build(op);
    }

    static List<OpCase> awkwardTruth(Op op) {
        String name = op.getClass().getSimpleName();
        TensorType row = TensorType.of(DType.BOOL, Shape.of(2));
        TensorType none = TensorType.of(DType.BOOL, Shape.of(0, 2));
        return List.of(
                new CaseBuilder(name + " all pairs")
                        .input("a", Fill.cycle(row.withShape(Shape.of(2, 1)), 0, 1))
                        .input("b", Fill.cycle(row, 0, 1))
                        .build(op),
                new CaseBuilder(name + " nothing")
                        .input("a", Fill.constant(none, 1))
                        .constant("b", Fill.constant(row, 1))
                        .build(op));
    }

    static OpCase not(Draw d) {
        return new CaseBuilder("")
                .input("x", Fill.integers(DType.BOOL, d.shape(0, 4, 400), d))
                .build(new LogicalNot());
    }

    static List<OpCase> awkwardNot() {
        TensorType both = TensorType.of(DType.BOOL, Shape.of(2));
        return List.of(
                new CaseBuilder("LogicalNot both")
                        .input("x", Fill.cycle(both, 0, 1))
                        .build(new LogicalNot()),
                new CaseBuilder("LogicalNot nothing")
                        .input("x", Fill.constant(both.withShape(Shape.of(0)), 0))
                        .build(new LogicalNot()));
    }

    static OpCase bits(Draw d, Op op) {
        Shape[] shapes = ElementwiseCases.shapes(d);
        DType dtype = d.pick(BITS);
        return new CaseBuilder("")
                .input("a", Fill.bits(TensorType.of(dtype, shapes[0]), d))
                .operand("b", Fill.integers(dtype, shapes[1], d), !d.chance(25))
                .build(op);
    }

    static List<OpCase> awkwardBits(Op op) {
        List<OpCase> all = new ArrayList<>();
        for (DType dtype : BITS) {
            TensorType row = TensorType.of(dtype, Shape.of(9));
            Tensor values = Fill.cycle(row, 0, 1, 2, 7, 8, 31, 63, 100, -1);
            values.setInteger(5, dtype.min(dtype.bits()));
            values.setInteger(6, dtype.max(dtype.bits()));
            all.add(
                    new CaseBuilder(op.getClass().getSimpleName() + " of " + dtype)
                            .input("a", values.as(row.withShape(Shape.of(9, 1))))
                            .input("b", Fill.cycle(row, 0, 1, 2, 7, 8, 31, 63, 100, -1))
                            .build(op));
        }
        return all;
    }

    static OpCase select(Draw d) {
        Shape[] shapes = ElementwiseCases.shapes(d);
        Shape y = Shape.broadcast(shapes[0], shapes[1]);
        Shape third = d.chance(50) ? y : d.chance(50) ? shapes[1] : Shape.of();
        boolean swap = d.chance(50);
        Shape a = swap ? third : shapes[1];
        Shape b = swap ? shapes[1] : third;
        CaseBuilder c = new CaseBuilder("").rounding(d.rounding());
        c.input("condition", Fill.integers(DType.BOOL, shapes[0], d));
        boolean constant = d.chance(25);
        if (d.chance(35)) {
            c.input("a", Fill.reals(a, d)).operand("b", Fill.reals(b, d), !constant);
        } else if (d.chance(50)) {
            TensorType type = Types.activation(d, a, 0.05);
            c.input("a", Fill.codes(type, d));
            c.operand("b", Fill.codes(type.withShape(b), d), !constant);
        } else {
            TensorType type = TensorType.of(d.pick(SELECTED), a);
            c.input("a", Fill.bits(type, d));
            c.operand("b", Fill.bits(type.withShape(b), d), !constant);
        }
        return c.build(new Select());
    }

    static List<OpCase> awkwardSelect() {
        Select op = new Select();
        TensorType bool = TensorType.of(DType.BOOL, Shape.of(3));
        List<OpCase> all = new ArrayList<>();
        all.add(
                new CaseBuilder("Select wild floats")
                        .input("condition", Fill.cycle(bool, 1, 0, 1))
                        .input("a", Fill.wild(Shape.of(17, 1)))
                        .input("b", Fill.wild(Shape.of(1, 17, 1)))
                        .build(op));
        all.add(
                new CaseBuilder("Select by one condition")
                        .input("condition", Fill.constant(bool.withShape(Shape.of()), 1))
                        .input("a", Fill.ramp(TensorType.s8(0.5f, 3, 2, 128)))
                        .constant("b", Fill.constant(TensorType.s8(0.5f, 3), -128))
                        .build(op));
        all.add(
                new CaseBuilder("Select scalars by many conditions")
                        .input("condition", Fill.cycle(bool, 0, 1, 1))
                        .constant("a", Fill.constant(TensorType.of(DType.S64, Shape.of()), -7))
                        .constant("b", Fill.constant(TensorType.of(DType.S64, Shape.of()), 1e18))
                        .build(op));
        all.add(
                new CaseBuilder("Select of itself, nothing")
                        .input("condition", Fill.constant(bool.withShape(Shape.of(1)), 0))
                        .input("a", Fill.wild(Shape.of(2, 0)))
                        .again(1)
                        .build(op));
        return all;
    }

    private static TensorType unsigned(float scale, int zero, int... dims) {
        return new TensorType(DType.U8, Shape.of(dims), Quant.perTensor(scale, zero));
    }
}
