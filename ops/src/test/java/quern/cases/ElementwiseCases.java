package quern.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import quern.fixedpoint.RoundingMode;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.BinaryMath;
import quern.op.Op;
import quern.op.activation.PRelu;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Mul;
import quern.op.math.SquaredDifference;
import quern.op.math.Sub;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Functions of two tensors in every form of broadcasting. */
final class ElementwiseCases {
    private static final Set<Class<? extends Op>> WIDE =
            Set.of(
                    Add.class,
                    Sub.class,
                    Mul.class,
                    Maximum.class,
                    Minimum.class,
                    Div.class,
                    SquaredDifference.class);

    private ElementwiseCases() {}

    static OpCase add(Draw d) {
        return random(d, new Add(d.activation()), 1);
    }

    static OpCase mul(Draw d) {
        return random(d, new Mul(d.activation()), 6);
    }

    static OpCase sub(Draw d) {
        return random(d, new Sub(d.activation()), 1);
    }

    static OpCase div(Draw d) {
        return random(d, new Div(d.activation()), 2);
    }

    static OpCase squaredDifference(Draw d) {
        return random(d, new SquaredDifference(), 4);
    }

    /** Real numbers or plain integers. */
    static OpCase numbers(Draw d, BinaryMath op) {
        Shape[] shapes = shapes(d);
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        if (op.takesIntegers() && d.chance(30)) {
            return plain(d, op, shapes, b);
        }
        b.input("a", Fill.reals(shapes[0], d));
        return b.operand("b", Fill.reals(shapes[1], d), d.chance(75)).build(op);
    }

    static List<OpCase> awkwardDiv() {
        return awkward(Div::new, 2);
    }

    static List<OpCase> awkwardSquaredDifference() {
        return awkward(activation -> new SquaredDifference(), 32);
    }

    static List<OpCase> awkwardNumbers(BinaryMath op) {
        List<OpCase> all = new ArrayList<>(awkwardReals(op));
        if (op.takesIntegers()) {
            all.addAll(awkwardPlain(op));
        }
        double[] halves = new double[41];
        for (int i = 0; i < halves.length; i++) {
            halves[i] = (i - 20) * 0.5;
        }
        all.add(
                new CaseBuilder(op.getClass().getSimpleName() + " halves")
                        .input("a", Fill.cycle(TensorType.f32(41, 1), halves))
                        .input("b", Fill.cycle(TensorType.f32(41), halves))
                        .build(op));
        return all;
    }

    static OpCase prelu(Draw d) {
        return random(d, new PRelu(), 1);
    }

    /** Operands and output of one quantization. */
    static OpCase pick(Draw d, Op op) {
        Shape[] shapes = shapes(d);
        boolean constant = d.chance(25);
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        if (d.chance(10)) {
            return plain(d, op, shapes, b);
        }
        if (d.chance(30)) {
            b.input("a", Fill.reals(shapes[0], d));
            return b.operand("b", Fill.reals(shapes[1], d), !constant).build(op);
        }
        TensorType first = operand(d, shapes[0], 0.05, wide(op) && d.chance(25));
        b.input("a", Fill.codes(first, d));
        return b.operand("b", Fill.codes(first.withShape(shapes[1]), d), !constant).build(op);
    }

    static List<OpCase> awkwardSub() {
        List<OpCase> all = new ArrayList<>(awkward(Sub::new, 1));
        all.addAll(awkwardPowers(new Sub(Activation.NONE, true)));
        return all;
    }

    static List<OpCase> awkwardPRelu() {
        return awkward(activation -> new PRelu(), 1);
    }

    static List<OpCase> awkwardPick(Op op) {
        String name = op.getClass().getSimpleName();
        List<OpCase> all = new ArrayList<>(awkwardReals(op));
        all.addAll(awkwardPlain(op));
        for (RoundingMode mode : RoundingMode.values()) {
            all.add(
                    new CaseBuilder(name + " all pairs of codes, " + mode.label())
                            .rounding(mode)
                            .input("a", Fill.ramp(TensorType.s8(0.5f, 3, 256, 1)))
                            .input("b", Fill.ramp(TensorType.s8(0.5f, 3, 1, 256)))
                            .build(op));
            all.add(
                    new CaseBuilder(name + " unsigned, " + mode.label())
                            .rounding(mode)
                            .input("a", Fill.ramp(unsigned(0.1f, 255, 64, 4)))
                            .constant("b", Fill.cycle(unsigned(0.1f, 255, 4), 0, 127, 128, 255))
                            .build(op));
        }
        return all;
    }

    static List<OpCase> awkwardAdd() {
        List<OpCase> all = new ArrayList<>(awkward(Add::new, 1));
        all.addAll(awkwardPowers(new Add(Activation.RELU_N1_TO_1, true)));
        return all;
    }

    static List<OpCase> awkwardMul() {
        return awkward(Mul::new, 8);
    }

    private static OpCase random(Draw d, Op op, double outScale) {
        Shape[] shapes = shapes(d);
        boolean constant = d.chance(25);
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        if (!(op instanceof PRelu) && d.chance(10)) {
            return plain(d, op, shapes, b);
        }
        if (takesDoubles(op) && d.chance(10)) {
            b.input("a", Fill.bits(TensorType.of(DType.F64, shapes[0]), d));
            Tensor second = Fill.bits(TensorType.of(DType.F64, shapes[1]), d);
            return b.operand("b", second, !constant).build(op);
        }
        if (d.chance(30)) {
            b.input("a", Fill.reals(shapes[0], d));
            return b.operand("b", Fill.reals(shapes[1], d), !constant).build(op);
        }
        double scale = d.pick(0.05, 0.5);
        boolean wide = wide(op) && d.chance(25);
        b.input("a", Fill.codes(operand(d, shapes[0], scale, wide), d));
        TensorType second = operand(d, shapes[1], scale * d.pick(0.1, 1.0, 1.0, 20.0), wide);
        b.operand("b", Fill.codes(second, d), !constant);
        double out = outScale * scale * d.pick(0.25, 1.0, 1.0, 8.0);
        return b.build(op, Types.output16(d, b.infer(op), out));
    }

    private static boolean takesDoubles(Op op) {
        boolean takes = op instanceof Add || op instanceof Sub || op instanceof Mul;
        return takes && ((Activated) op).activation() == Activation.NONE;
    }

    private static TensorType operand(Draw d, Shape shape, double scale, boolean wide) {
        return wide ? Types.wide(d, shape, scale / 256) : Types.activation(d, shape, scale);
    }

    /** Whether an operator takes 16-bit codes. */
    private static boolean wide(Op op) {
        return WIDE.contains(op.getClass());
    }

    /** Plain integers of any size. */
    static OpCase plain(Draw d, Op op, Shape[] shapes, CaseBuilder b) {
        DType dtype = d.pick(DType.S32, DType.S64);
        b.input("a", Fill.bits(TensorType.of(dtype, shapes[0]), d));
        return b.operand("b", Fill.bits(TensorType.of(dtype, shapes[1]), d), d.chance(75))
                .build(op);
    }

    /** Ends of the plain integers against each other. */
    static List<OpCase> awkwardPlain(Op op) {
        List<OpCase> all = new ArrayList<>();
        for (DType dtype : List.of(DType.S32, DType.S64)) {
            Tensor a = Tensor.zeros(TensorType.of(dtype, Shape.of(7, 1)));
            Tensor b = Tensor.zeros(TensorType.of(dtype, Shape.of(7)));
            long least = dtype.min(dtype.bits());
            long[] values = {least, least + 1, -5, 0, 2, 7, -least - 1};
            for (int i = 0; i < values.length; i++) {
                a.setInteger(i, values[i]);
                b.setInteger(i, values[i]);
            }
            String name = op.getClass().getSimpleName() + " " + dtype + " ends";
            Op limited = op instanceof Activated c ? c.with(Activation.RELU6) : op;
            all.add(new CaseBuilder(name).input("a", a).input("b", b).build(op));
            all.add(
                    new CaseBuilder(name + ", constant")
                            .input("a", a)
                            .constant("b", b)
                            .build(limited));
        }
        return all;
    }

    /** Two shapes that broadcast: equal, scalar, trailing, leading, ones on either side. */
    static Shape[] shapes(Draw d) {
        int[] dims = d.shape(1, 5, 400).toArray();
        int[] first = dims.clone();
        int[] second = dims.clone();
        switch (d.between(0, 5)) {
            case 0 -> second = new int[0];
            case 1 -> second = Arrays.copyOfRange(dims, d.between(0, dims.length), dims.length);
            case 2 -> Arrays.fill(second, d.between(0, dims.length - 1), dims.length, 1);
            case 3 -> {
                for (int i = 0; i < dims.length; i++) {
                    first[i] = d.chance(40) ? 1 : dims[i];
                    second[i] = d.chance(40) ? 1 : dims[i];
                }
            }
            default -> {}
        }
        boolean swap = d.chance(50);
        return new Shape[] {Shape.of(swap ? second : first), Shape.of(swap ? first : second)};
    }

    private static List<OpCase> awkward(Function<Activation, Op> make, float outScale) {
        Op op = make.apply(Activation.NONE);
        String name = op.getClass().getSimpleName();
        List<OpCase> all = new ArrayList<>();
        if (takesDoubles(op)) {
            Tensor doubles = Tensor.zeros(TensorType.of(DType.F64, Shape.of(7)));
            double[] wild = {
                0.0, -0.0, Double.NaN, Double.NEGATIVE_INFINITY, 1e308, -1e308, Double.MIN_VALUE
            };
            System.arraycopy(wild, 0, doubles.doubles(), 0, wild.length);
            TensorType column = TensorType.of(DType.F64, Shape.of(7, 1));
            all.add(
                    new CaseBuilder(name + " float64")
                            .input("a", doubles)
                            .input("b", doubles.as(column))
                            .build(op));
        }
        for (RoundingMode mode : RoundingMode.values()) {
            all.add(
                    new CaseBuilder(name + " all pairs of codes, " + mode.label())
                            .rounding(mode)
                            .input("a", Fill.ramp(TensorType.s8(0.5f, 3, 256, 1)))
                            .input("b", Fill.ramp(TensorType.s8(0.25f, -5, 1, 256)))
                            .build(op, Quant.perTensor(outScale, 1)));
            all.add(
                    new CaseBuilder(name + " uneven scales, unsigned, " + mode.label())
                            .rounding(mode)
                            .input("a", Fill.ramp(unsigned(0.0007f, 255, 64, 4)))
                            .constant("b", Fill.cycle(unsigned(0.9f, 0, 4), 0, 1, 200, 255))
                            .build(
                                    make.apply(Activation.RELU_N1_TO_1),
                                    unsigned(0.011f * outScale, 128, 64, 4)));
        }
        if (wide(op)) {
            all.addAll(awkwardWide(make, outScale));
        }
        all.addAll(awkwardReals(op));
        if (!(op instanceof PRelu)) {
            all.addAll(awkwardPlain(op));
        }
        all.add(
                new CaseBuilder(name + " wild floats, activation")
                        .input("a", Fill.wild(Shape.of(17, 1)))
                        .input("b", Fill.wild(Shape.of(1, 17)))
                        .build(make.apply(Activation.RELU)));
        return all;
    }

    /** Scales that are nearly powers of two, of which the larger is the output's. */
    private static List<OpCase> awkwardPowers(Op op) {
        List<OpCase> all = new ArrayList<>();
        float[][] scales = {
            {1f / 4096, 1f / 8192}, {1f / 32768, 1f / 32767}, {0x1p-40f, 1f / 16384}
        };
        for (RoundingMode mode : RoundingMode.values()) {
            for (float[] s : scales) {
                all.add(
                        new CaseBuilder(op + " of " + s[0] + " and " + s[1] + ", " + mode.label())
                                .rounding(mode)
                                .input("a", wide(s[0], 13, 1))
                                .input("b", wide(s[1], 1, 13))
                                .build(op, symmetric16(Math.max(s[0], s[1]))));
            }
        }
        return all;
    }

    /** The ends of 16 bits, ties, saturation, an uneven ratio of scales. */
    private static List<OpCase> awkwardWide(Function<Activation, Op> make, float outScale) {
        String name = make.apply(Activation.NONE).getClass().getSimpleName();
        List<OpCase> all = new ArrayList<>();
        float[][] scales = {
            {1f / 4096, 1f / 8192, 1f / 4096},
            {1f / 32768, 1f / 32768, 1f / 32768},
            {0.0003f, 0.0007f, 0.0009f},
            {1, 1e-6f, 1e-4f},
            {1e4f, 3e4f, 1e-3f}
        };
        for (RoundingMode mode : RoundingMode.values()) {
            for (float[] s : scales) {
                String title = name + " of 16 bits, " + s[0] + " and " + s[1] + " to " + s[2];
                all.add(
                        new CaseBuilder(title + ", " + mode.label())
                                .rounding(mode)
                                .input("a", wide(s[0], 13, 1))
                                .input("b", wide(s[1], 1, 13))
                                .build(make.apply(Activation.NONE), symmetric16(s[2] * outScale)));
            }
        }
        return all;
    }

    private static Tensor wide(float scale, int... dims) {
        TensorType type = new TensorType(DType.S16, Shape.of(dims), symmetric16(scale));
        return Fill.cycle(
                type, -32768, -32767, -16385, -16384, -3, -2, -1, 0, 1, 2, 3, 16383, 32767);
    }

    private static Quant symmetric16(float scale) {
        return new Quant.PerTensor(scale, 0, 16);
    }

    static List<OpCase> awkwardReals(Op op) {
        String name = op.getClass().getSimpleName();
        List<OpCase> all = new ArrayList<>();
        all.add(
                new CaseBuilder(name + " wild floats")
                        .input("a", Fill.wild(Shape.of(17, 1)))
                        .input("b", Fill.wild(Shape.of(17)))
                        .build(op));
        all.add(
                new CaseBuilder(name + " with itself")
                        .input("a", Fill.reals(Shape.of(3, 3), new Draw(5, 1)))
                        .again(0)
                        .build(op));
        all.add(
                new CaseBuilder(name + " scalars")
                        .input("a", Fill.constant(TensorType.f32(), 1.5))
                        .constant("b", Fill.constant(TensorType.f32(), -2.25))
                        .build(op));
        all.add(
                new CaseBuilder(name + " nothing")
                        .input("a", Fill.reals(Shape.of(2, 0, 3), new Draw(5, 1)))
                        .constant("b", Fill.reals(Shape.of(1, 3), new Draw(5, 2)))
                        .build(op));
        return all;
    }

    private static TensorType unsigned(float scale, int zero, int... dims) {
        return new TensorType(DType.U8, Shape.of(dims), Quant.perTensor(scale, zero));
    }
}
