package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.UnaryMath;
import quern.op.activation.Elu;
import quern.op.activation.Gelu;
import quern.op.activation.Silu;
import quern.op.math.Log;
import quern.op.math.Rsqrt;
import quern.op.math.Sqrt;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Functions of one element. */
final class UnaryCases {
    private UnaryCases() {}

    static OpCase elu(Draw d) {
        return random(d, new Elu(d.pick(1f, 1f, 0.5f, -2f)));
    }

    static OpCase gelu(Draw d) {
        return random(d, new Gelu(d.chance(50)));
    }

    static OpCase silu(Draw d) {
        return random(d, new Silu());
    }

    /** Functions of what is positive have mostly that. */
    static OpCase random(Draw d, UnaryMath op) {
        boolean positive = op instanceof Log || op instanceof Sqrt || op instanceof Rsqrt;
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        Shape x = d.shape(0, 4, 400);
        if (op.takesIntegers() && d.chance(15)) {
            DType dtype = d.pick(DType.S32, DType.S64);
            return b.input("x", Fill.bits(TensorType.of(dtype, x), d)).build(op);
        }
        if (d.chance(40)) {
            Tensor reals = Fill.reals(x, d);
            for (int i = 0; positive && i < reals.elements(); i++) {
                reals.setReal(i, Math.abs(reals.real(i)) + (d.chance(90) ? 0.25f : 0));
            }
            return b.input("x", reals).build(op);
        }
        double scale = d.pick(0.01, 0.05, 0.2);
        if (d.chance(15)) {
            TensorType type = Types.perTensor(d, DType.S16, x, scale / 256, 16);
            b.input("x", Fill.codes(positive ? fromZero(type) : type, d));
            return b.build(op, Types.perTensor(d, DType.S16, x, scale / 256, 16));
        }
        TensorType type = Types.activation(d, x, scale);
        b.input("x", Fill.codes(positive ? fromZero(type) : type, d));
        return b.build(op, Types.output(d, b.infer(op), d.pick(0.02, 0.05)));
    }

    /** The same codes with none below zero. */
    private static TensorType fromZero(TensorType type) {
        Quant.PerTensor q = (Quant.PerTensor) type.quant();
        return type.withQuant(new Quant.PerTensor(q.scale(), type.codeMin(), q.bits()));
    }

    static List<OpCase> awkward(UnaryMath op) {
        String name = op.getClass().getSimpleName();
        List<OpCase> all = new ArrayList<>();
        all.add(
                new CaseBuilder(name + " wild floats")
                        .input("x", Fill.wild(Shape.of(34)))
                        .build(op));
        all.add(new CaseBuilder(name + " a line of floats").input("x", line(-50, 400)).build(op));
        all.add(new CaseBuilder(name + " what is positive").input("x", line(0.25, 40)).build(op));
        all.add(new CaseBuilder(name + " nothing").input("x", Fill.wild(Shape.of(3, 0))).build(op));
        for (RoundingMode mode : RoundingMode.values()) {
            all.add(codes(op, mode, TensorType.s8(0.5f, -3, 256), Quant.perTensor(0.25f, 3)));
            all.add(codes(op, mode, TensorType.s8(0.05f, -128, 256), Quant.perTensor(.03f, -128)));
            all.add(codes(op, mode, TensorType.s8(1e-3f, 9, 256), Quant.perTensor(1e-3f, 9)));
            all.add(codes(op, mode, TensorType.s8(3e8f, 127, 256), Quant.perTensor(1e-3f, -128)));
            TensorType u8 = new TensorType(DType.U8, Shape.of(256), Quant.perTensor(.03f, 20));
            all.add(codes(op, mode, u8, Quant.perTensor(0.07f, 200)));
            all.add(wide(op, mode, 2e-3f, 3e-3f));
            all.add(wide(op, mode, 1e-4f, 1e-4f));
        }
        if (op.takesIntegers()) {
            for (DType dtype : List.of(DType.S32, DType.S64)) {
                long least = dtype.min(dtype.bits());
                Tensor x = Tensor.zeros(TensorType.of(dtype, Shape.of(6)));
                long[] values = {least, least + 1, -1, 0, 1, -least - 1};
                for (int i = 0; i < values.length; i++) {
                    x.setInteger(i, values[i]);
                }
                all.add(new CaseBuilder(name + " " + dtype + " ends").input("x", x).build(op));
            }
        }
        return all;
    }

    private static OpCase codes(UnaryMath op, RoundingMode mode, TensorType x, Quant out) {
        String name = op.getClass().getSimpleName();
        return new CaseBuilder(name + " all codes of " + x + " to " + out + ", " + mode.label())
                .rounding(mode)
                .input("x", Fill.ramp(x))
                .build(op, out);
    }

    /** Codes of 16 bits from end to end. */
    private static OpCase wide(UnaryMath op, RoundingMode mode, float in, float out) {
        Quant.PerTensor q = new Quant.PerTensor(in, 0, 16);
        Tensor x = Tensor.zeros(new TensorType(DType.S16, Shape.of(2048), q));
        for (int i = 0; i < x.elements(); i++) {
            x.setInteger(i, i < 1024 ? i - 512 : Short.MIN_VALUE + (i - 1023) * 64 - 1);
        }
        String name = op.getClass().getSimpleName();
        return new CaseBuilder(name + " codes of " + x.type() + " to " + out + ", " + mode.label())
                .rounding(mode)
                .input("x", x)
                .build(op, new Quant.PerTensor(out, 0, 16));
    }

    private static Tensor line(double first, int n) {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = first + i * 0.25;
        }
        return Fill.cycle(TensorType.f32(n), values);
    }
}
