package quern.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import quern.fixedpoint.RoundingMode;
import quern.op.Op;
import quern.op.reduction.L2Normalization;
import quern.op.reduction.Mean;
import quern.op.reduction.ReduceAll;
import quern.op.reduction.ReduceAny;
import quern.op.reduction.ReduceMax;
import quern.op.reduction.ReduceMin;
import quern.op.reduction.ReduceProd;
import quern.op.reduction.Sum;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Reductions over any set of axes. */
final class ReductionCases {
    /** Makes an operator from its attributes. */
    interface Maker {
        Op make(Ints axes, boolean keepDims);
    }

    private ReductionCases() {}

    static OpCase mean(Draw d) {
        return random(d, Mean::new, true, d.pick(0.05, 0.05, 0.005));
    }

    static OpCase sum(Draw d) {
        return random(d, Sum::new, true, d.pick(0.05, 1.0, 10.0));
    }

    static OpCase max(Draw d) {
        return random(d, ReduceMax::new, false, 1);
    }

    static OpCase min(Draw d) {
        return random(d, ReduceMin::new, false, 1);
    }

    private static OpCase random(Draw d, Maker maker, boolean requantizes, double scale) {
        int[] dims = d.shape(1, 5, 2000).toArray();
        int[] axes = IntStream.range(0, dims.length).filter(i -> d.chance(60)).toArray();
        for (int axis : axes) {
            dims[axis] = Math.max(1, dims[axis]);
        }
        Op op = maker.make(Ints.of(axes), d.chance(50));
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        Shape x = Shape.of(dims);
        if (d.chance(35)) {
            return b.input("x", Fill.reals(x, d)).build(op);
        }
        if (d.chance(20)) {
            DType dtype = d.pick(DType.S32, DType.S64);
            return b.input("x", Fill.integers(dtype, x, d)).build(op);
        }
        b.input("x", Fill.codes(Types.activation16(d, x, 0.05), d));
        return requantizes ? b.build(op, Types.output16(d, b.infer(op), scale)) : b.build(op);
    }

    static OpCase product(Draw d) {
        return random(d, ReduceProd::new, true, d.pick(0.05, 0.5, 1.0));
    }

    static OpCase any(Draw d) {
        return truth(d, ReduceAny::new);
    }

    static OpCase all(Draw d) {
        return truth(d, ReduceAll::new);
    }

    private static OpCase truth(Draw d, Maker maker) {
        Shape x = d.shape(0, 5, 400);
        int[] axes = IntStream.range(0, x.rank()).filter(i -> d.chance(50)).toArray();
        return new CaseBuilder("")
                .input("x", Fill.integers(DType.BOOL, x, d))
                .build(maker.make(Ints.of(axes), d.chance(50)));
    }

    static List<OpCase> awkwardTruth(Maker maker) {
        Op op = maker.make(Ints.of(1), false);
        String name = op.getClass().getSimpleName();
        TensorType x = TensorType.of(DType.BOOL, Shape.of(4, 2));
        return List.of(
                new CaseBuilder(name + " of pairs")
                        .input("x", Fill.cycle(x, 0, 0, 0, 1, 1, 0, 1, 1))
                        .build(op),
                new CaseBuilder(name + " of none")
                        .input("x", Fill.constant(x.withShape(Shape.of(3, 0)), 0))
                        .build(op),
                new CaseBuilder(name + " of scalars")
                        .input("x", Fill.constant(x.withShape(Shape.of()), 1))
                        .build(maker.make(Ints.of(), false)));
    }

    /** Makes an operator that looks for the place of an element. */
    interface PlaceMaker {
        Op make(int axis, DType index);
    }

    static OpCase extremum(Draw d, PlaceMaker maker) {
        int[] dims = d.shape(1, 4, 1000).toArray();
        int axis = d.between(0, dims.length - 1);
        dims[axis] = Math.max(1, dims[axis]);
        Op op = maker.make(axis, d.pick(DType.S32, DType.S64));
        return new CaseBuilder("").input("x", ordered(d, Shape.of(dims))).build(op);
    }

    /** Numbers of any type that has an order, often equal ones. */
    static Tensor ordered(Draw d, Shape shape) {
        if (d.chance(35)) {
            return Fill.reals(shape, d);
        }
        if (d.chance(40)) {
            return Fill.codes(Types.activation(d, shape, 0.05), d);
        }
        if (d.chance(15)) {
            return Fill.codes(Types.wide(d, shape, 0.05), d);
        }
        DType dtype =
                d.pick(
                        DType.S8,
                        DType.U8,
                        DType.S16,
                        DType.U16,
                        DType.S32,
                        DType.U32,
                        DType.S64,
                        DType.BOOL);
        return Fill.integers(dtype, shape, d);
    }

    static List<OpCase> awkwardExtremum(PlaceMaker maker) {
        Op rows = maker.make(1, DType.S32);
        String name = rows.getClass().getSimpleName();
        double nan = Double.NaN;
        double inf = Double.POSITIVE_INFINITY;
        List<OpCase> all = new ArrayList<>();
        all.add(
                new CaseBuilder(name + " of floats")
                        .input(
                                "x",
                                Fill.cycle(
                                        TensorType.f32(7, 3),
                                        nan,
                                        1,
                                        2,
                                        1,
                                        nan,
                                        2,
                                        -0.0,
                                        0,
                                        0,
                                        0,
                                        -0.0,
                                        1,
                                        inf,
                                        inf,
                                        0,
                                        -inf,
                                        0,
                                        -inf,
                                        3,
                                        3,
                                        3))
                        .build(rows));
        all.add(
                new CaseBuilder(name + " of codes")
                        .input("x", Fill.ramp(TensorType.s8(0.5f, 3, 3, 256, 2)))
                        .build(rows));
        TensorType u8 = new TensorType(DType.U8, Shape.of(5, 9, 21), Quant.perTensor(0.5f, 3));
        all.add(
                new CaseBuilder(name + " of unsigned codes")
                        .input("x", Fill.cycle(u8, 7, 0, 127, 128, 200, 255, 255, 1))
                        .build(maker.make(2, DType.S64)));
        for (DType dtype : new DType[] {DType.S32, DType.U32, DType.S64}) {
            Tensor x = Fill.cycle(TensorType.of(dtype, Shape.of(2, 4)), 0, 1, 2);
            x.setInteger(2, dtype.min(dtype.bits()));
            x.setInteger(7, dtype.max(dtype.bits()));
            all.add(new CaseBuilder(name + " of " + dtype).input("x", x).build(rows));
        }
        all.add(
                new CaseBuilder(name + " of one element each")
                        .input("x", Fill.wild(Shape.of(4, 1)))
                        .build(rows));
        all.add(
                new CaseBuilder(name + " no rows")
                        .input("x", Fill.wild(Shape.of(0, 4)))
                        .build(rows));
        return all;
    }

    static List<OpCase> awkwardProduct() {
        List<OpCase> all = new ArrayList<>(awkward("ReduceProd", ReduceProd::new, true));
        for (RoundingMode mode : RoundingMode.values()) {
            TensorType three = TensorType.s8(0.02f, -3, 256, 3);
            all.add(
                    codes(
                            "ReduceProd of three",
                            mode,
                            new ReduceProd(Ints.of(1), false),
                            three,
                            0.05f,
                            7));
            all.add(
                    codes(
                            "ReduceProd of no codes",
                            mode,
                            new ReduceProd(Ints.of(1), false),
                            TensorType.s8(1, 5, 2, 0),
                            0.5f,
                            9));
        }
        all.addAll(awkwardWhole("ReduceProd", ReduceProd::new));
        return all;
    }

    /** Plain integers whose results wrap, and none. */
    private static List<OpCase> awkwardWhole(String name, Maker maker) {
        List<OpCase> all = new ArrayList<>();
        Op op = maker.make(Ints.of(0), false);
        for (DType dtype : new DType[] {DType.S32, DType.S64}) {
            Tensor x = Fill.cycle(TensorType.of(dtype, Shape.of(3, 4)), 2, 3, -7, 1);
            x.setInteger(0, dtype.max(dtype.bits()));
            x.setInteger(1, dtype.min(dtype.bits()));
            all.add(new CaseBuilder(name + " of " + dtype).input("x", x).build(op));
            TensorType none = TensorType.of(dtype, Shape.of(0, 2));
            all.add(
                    new CaseBuilder(name + " of no " + dtype)
                            .input("x", Tensor.zeros(none))
                            .build(op));
        }
        return all;
    }

    static OpCase l2(Draw d) {
        Shape x = d.shape(1, 4, 600);
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        L2Normalization op = new L2Normalization();
        if (d.chance(35)) {
            return b.input("x", Fill.reals(x, d)).build(op);
        }
        b.input("x", Fill.codes(Types.activation(d, x, 0.05), d));
        DType dtype = b.infer(op).dtype();
        return d.chance(20)
                ? b.build(op, Types.output(d, b.infer(op), 1.0 / 128))
                : b.build(op, Quant.perTensor(1f / 128, dtype == DType.U8 ? 128 : 0));
    }

    static List<OpCase> awkwardMean() {
        List<OpCase> all = new ArrayList<>(awkward("Mean", Mean::new, true));
        all.addAll(awkwardWhole("Mean", Mean::new));
        return all;
    }

    static List<OpCase> awkwardSum() {
        List<OpCase> all = new ArrayList<>(awkward("Sum", Sum::new, true));
        all.addAll(awkwardWhole("Sum", Sum::new));
        TensorType none = TensorType.s8(1, 5, 2, 0);
        for (RoundingMode mode : RoundingMode.values()) {
            all.add(codes("Sum of none", mode, new Sum(Ints.of(1), false), none, 1, 9));
            TensorType ties = TensorType.s8(1, 1, 256, 1);
            all.add(codes("Sum ties", mode, new Sum(Ints.of(1), false), ties, 2, 1));
        }
        return all;
    }

    static List<OpCase> awkwardMax() {
        List<OpCase> all = new ArrayList<>(awkward("ReduceMax", ReduceMax::new, false));
        all.addAll(awkwardWhole("ReduceMax", ReduceMax::new));
        return all;
    }

    static List<OpCase> awkwardMin() {
        List<OpCase> all = new ArrayList<>(awkward("ReduceMin", ReduceMin::new, false));
        all.addAll(awkwardWhole("ReduceMin", ReduceMin::new));
        return all;
    }

    static List<OpCase> awkwardL2() {
        List<OpCase> all = new ArrayList<>();
        L2Normalization op = new L2Normalization();
        for (RoundingMode mode : RoundingMode.values()) {
            for (int zero : new int[] {-128, 0, 127}) {
                for (int n : new int[] {1, 2, 256, 5000}) {
                    TensorType s8 = TensorType.s8(0.25f, zero, Math.max(1, 256 / n), n);
                    String name = "L2Normalization of " + n + " codes, zero " + zero;
                    all.add(codes(name, mode, op, s8, 1f / 128, 0));
                }
            }
            TensorType u8 = new TensorType(DType.U8, Shape.of(64, 4), Quant.perTensor(1, 7));
            all.add(codes("L2Normalization unsigned", mode, op, u8, 1f / 128, 128));
            all.add(codes("L2Normalization other scale", mode, op, u8, 1f / 100, 3));
            all.add(
                    new CaseBuilder("L2Normalization of zeros, " + mode.label())
                            .rounding(mode)
                            .input("x", Fill.constant(TensorType.s8(1, 5, 2, 3), 5))
                            .build(op, Quant.perTensor(1f / 128, 0)));
        }
        for (int n : new int[] {1, 2, 15, 16, 17, 33, 1000}) {
            all.add(
                    new CaseBuilder("L2Normalization of " + n + " floats")
                            .input("x", Fill.reals(Shape.of(2, n), new Draw(5, n)))
                            .build(op));
        }
        all.add(
                new CaseBuilder("L2Normalization wild floats")
                        .input("x", Fill.wild(Shape.of(17, 2)))
                        .build(op));
        all.add(
                new CaseBuilder("L2Normalization shortest vectors")
                        .input("x", Fill.cycle(TensorType.f32(4, 3), 1e-7, -2e-7, 0, 1e-6, 0, -0.0))
                        .build(op));
        all.add(
                new CaseBuilder("L2Normalization no rows")
                        .input("x", Fill.wild(Shape.of(0, 4)))
                        .build(op));
        all.add(
                new CaseBuilder("L2Normalization no columns")
                        .input("x", Fill.wild(Shape.of(3, 0)))
                        .build(op));
        return all;
    }

    private static List<OpCase> awkward(String name, Maker maker, boolean requantizes) {
        List<OpCase> all = new ArrayList<>();
        Op rows = maker.make(Ints.of(1), true);
        Op images = maker.make(Ints.of(1, 2), false);
        for (RoundingMode mode : RoundingMode.values()) {
            for (int n : new int[] {1, 2, 3, 15, 16, 17, 49, 64, 1000}) {
                TensorType x = TensorType.s8(1, -1, 4, n);
                String title = name + " " + n + " elements";
                all.add(requantized(title, mode, rows, x, 1, 7, requantizes));
            }
            TensorType image = TensorType.s8(.3f, 5, 2, 7, 7, 3);
            all.add(requantized(name + " image", mode, images, image, .1f, -128, requantizes));
            TensorType low = TensorType.s8(1, -128, 9, 30);
            all.add(requantized(name + " saturates", mode, rows, low, .01f, 0, requantizes));
            TensorType u8 = new TensorType(DType.U8, Shape.of(2, 5, 8, 3), Quant.perTensor(1, 255));
            all.add(requantized(name + " unsigned", mode, images, u8, 2, 255, requantizes));
        }
        for (int n : new int[] {1, 2, 15, 16, 17, 33, 1000}) {
            all.add(
                    new CaseBuilder(name + " of " + n + " floats")
                            .input("x", Fill.reals(Shape.of(2, n), new Draw(5, n)))
                            .build(rows));
        }
        all.add(
                new CaseBuilder(name + " wild floats")
                        .input("x", Fill.wild(Shape.of(6, 2, 3)))
                        .build(maker.make(Ints.of(0, 2), true)));
        all.add(
                new CaseBuilder(name + " both zeros")
                        .input("x", Fill.cycle(TensorType.f32(3, 2), -0.0, 0, 0, -0.0, -0.0, -0.0))
                        .build(rows));
        all.add(
                new CaseBuilder(name + " minus zero, no axis")
                        .input("x", Fill.constant(TensorType.f32(3), -0.0))
                        .build(maker.make(Ints.of(), false)));
        all.add(
                new CaseBuilder(name + " no rows")
                        .input("x", Fill.wild(Shape.of(0, 4)))
                        .build(rows));
        return all;
    }

    private static OpCase requantized(
            String name,
            RoundingMode mode,
            Op op,
            TensorType x,
            float scale,
            int zero,
            boolean requantizes) {
        Quant.PerTensor q = x.perTensor("the input");
        return requantizes
                ? codes(name, mode, op, x, scale, zero)
                : codes(name, mode, op, x, q.scale(), q.zeroPoint());
    }

    private static OpCase codes(
            String name, RoundingMode mode, Op op, TensorType x, float scale, int zero) {
        return new CaseBuilder(name + ", " + mode.label())
                .rounding(mode)
                .input("x", Fill.ramp(x))
                .build(op, Quant.perTensor(scale, zero));
    }
}
