package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.Op;
import quern.op.activation.HardSwish;
import quern.op.activation.LeakyRelu;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.activation.Tanh;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Elementwise activations. */
final class ActivationCases {
    private ActivationCases() {}

    static OpCase relu(Draw d) {
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        Shape x = d.shape(0, 4, 400);
        if (d.chance(35)) {
            return b.input("x", Fill.reals(x, d)).build(new Relu());
        }
        TensorType type = Types.activation16(d, x, 0.05);
        b.input("x", Fill.codes(type, d));
        return d.chance(30)
                ? b.build(new Relu(), type.quant())
                : b.build(new Relu(), Types.output16(d, b.infer(new Relu()), 0.05));
    }

    static OpCase relu6(Draw d) {
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        Shape x = d.shape(0, 4, 400);
        return d.chance(35)
                ? b.input("x", Fill.reals(x, d)).build(new Relu6())
                : b.input("x", Fill.codes(Types.activation16(d, x, 0.05), d)).build(new Relu6());
    }

    static OpCase logistic(Draw d) {
        RoundingMode mode = d.rounding();
        CaseBuilder b = new CaseBuilder("").rounding(mode);
        Shape x = d.shape(0, 4, 400);
        Logistic op = new Logistic();
        if (d.chance(35)) {
            return b.input("x", Fill.reals(x, d)).build(op);
        }
        TensorType type = Types.activation16(d, x, d.pick(0.01, 0.1, 0.5));
        b.input("x", Fill.codes(type, d));
        return !mode.isFixedPoint() || d.chance(20)
                ? b.build(op, Types.output16(d, b.infer(op), 1 / 256.0))
                : b.build(op, unit(type.dtype()));
    }

    static OpCase tanh(Draw d) {
        RoundingMode mode = d.rounding();
        CaseBuilder b = new CaseBuilder("").rounding(mode);
        Shape x = d.shape(0, 4, 400);
        Tanh op = new Tanh();
        if (d.chance(35)) {
            return b.input("x", Fill.reals(x, d)).build(op);
        }
        TensorType type = Types.activation16(d, x, d.pick(0.01, 0.05, 0.5));
        b.input("x", Fill.codes(type, d));
        return !mode.isFixedPoint() || d.chance(20)
                ? b.build(op, Types.output16(d, b.infer(op), 1 / 128.0))
                : b.build(op, signedUnit(type.dtype()));
    }

    static OpCase leakyRelu(Draw d) {
        return rescaling(d, new LeakyRelu(d.pick(0f, 0.01f, 0.2f, 1f, -0.5f, 1.5f)));
    }

    static OpCase hardSwish(Draw d) {
        return rescaling(d, new HardSwish());
    }

    private static OpCase rescaling(Draw d, Op op) {
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        Shape x = d.shape(0, 4, 400);
        if (d.chance(35)) {
            return b.input("x", Fill.reals(x, d)).build(op);
        }
        boolean wide = op instanceof LeakyRelu && d.chance(25);
        TensorType type = wide ? Types.wide(d, x, 0.05 / 256) : Types.activation(d, x, 0.05);
        b.input("x", Fill.codes(type, d));
        return b.build(op, Types.output16(d, b.infer(op), d.pick(0.025, 0.05)));
    }

    static List<OpCase> awkwardTanh() {
        List<OpCase> all = new ArrayList<>(awkward(new Tanh()));
        for (RoundingMode mode : RoundingMode.values()) {
            for (float scale : new float[] {0.001f, 0.03125f, 0.05f, 1, 20}) {
                TensorType x = TensorType.s8(scale, 10, 256);
                all.add(codes(new Tanh(), mode, x, signedUnit(DType.S8)));
            }
            TensorType u8 = new TensorType(DType.U8, Shape.of(256), Quant.perTensor(.03f, 200));
            all.add(codes(new Tanh(), mode, u8, signedUnit(DType.U8)));
            wide(all, new Tanh(), mode, signedUnit(DType.S16));
        }
        return all;
    }

    static List<OpCase> awkwardLeakyRelu() {
        List<OpCase> all = new ArrayList<>(awkward(new LeakyRelu(0.1f)));
        Quant out = Quant.perTensor(0.25f, 3);
        for (RoundingMode mode : RoundingMode.values()) {
            for (float alpha : new float[] {-0f, 0.5f, -2, 1e-20f, 100}) {
                String name = "LeakyRelu all codes, alpha " + alpha + ", " + mode.label();
                all.add(
                        new CaseBuilder(name)
                                .rounding(mode)
                                .input("x", Fill.ramp(TensorType.s8(0.125f, -1, 256)))
                                .build(new LeakyRelu(alpha), out));
            }
            wide(all, new LeakyRelu(0.3f), mode, new Quant.PerTensor(0.0007f, 0, 16));
        }
        return all;
    }

    static List<OpCase> awkwardHardSwish() {
        List<OpCase> all = new ArrayList<>(awkward(new HardSwish()));
        for (RoundingMode mode : RoundingMode.values()) {
            for (float scale : new float[] {0.001f, 0.03f, 0.0469f, 1, 20}) {
                TensorType x = TensorType.s8(scale, -10, 256);
                all.add(codes(new HardSwish(), mode, x, Quant.perTensor(scale / 2, -100)));
                all.add(codes(new HardSwish(), mode, x, Quant.perTensor(scale / 200, -128)));
            }
        }
        return all;
    }

    static List<OpCase> awkwardRelu() {
        List<OpCase> all = new ArrayList<>(awkward(new Relu()));
        for (RoundingMode mode : RoundingMode.values()) {
            all.add(codes(new Relu(), mode, TensorType.s8(1, -1, 256), Quant.perTensor(2, 3)));
            wide(all, new Relu(), mode, new Quant.PerTensor(0.0007f, 0, 16));
            all.add(codes(new Relu(), mode, TensorType.s8(1, 99, 256), Quant.perTensor(.1f, -128)));
        }
        return all;
    }

    static List<OpCase> awkwardRelu6() {
        List<OpCase> all = new ArrayList<>(awkward(new Relu6()));
        for (RoundingMode mode : RoundingMode.values()) {
            for (float scale : new float[] {0.01f, 0.0235f, 0.5f, 4, 100}) {
                TensorType x = TensorType.s8(scale, -100, 256);
                all.add(codes(new Relu6(), mode, x, x.quant()));
            }
        }
        return all;
    }

    static List<OpCase> awkwardLogistic() {
        List<OpCase> all = new ArrayList<>(awkward(new Logistic()));
        for (RoundingMode mode : RoundingMode.values()) {
            for (float scale : new float[] {0.001f, 0.0625f, 0.1f, 1, 20}) {
                all.add(codes(new Logistic(), mode, TensorType.s8(scale, 10, 256), unit(DType.S8)));
            }
            TensorType u8 = new TensorType(DType.U8, Shape.of(256), Quant.perTensor(.06f, 200));
            all.add(codes(new Logistic(), mode, u8, unit(DType.U8)));
            wide(all, new Logistic(), mode, unit(DType.S16));
        }
        return all;
    }

    /** 16-bit codes at all distances from zero, of scales that are powers of two and are not. */
    private static void wide(List<OpCase> all, Op op, RoundingMode mode, Quant out) {
        for (float scale : new float[] {1f / 4096, 1f / 2048, 8f / 32767, 0.0003f, 1e-6f, 5}) {
            TensorType x =
                    new TensorType(DType.S16, Shape.of(1311), new Quant.PerTensor(scale, 0, 16));
            Tensor codes = Tensor.zeros(x);
            for (int i = 0; i < codes.elements(); i++) {
                codes.setInteger(i, Math.min(-32768 + i * 50, 32767));
            }
            String name = op.getClass().getSimpleName() + " of 16 bits, ";
            all.add(
                    new CaseBuilder(name + x + ", " + mode.label())
                            .rounding(mode)
                            .input("x", codes)
                            .build(op, out));
        }
    }

    /** The quantization of results between 0 and 1 that the fixed-point kernels have. */
    static Quant unit(DType dtype) {
        return dtype == DType.S16
                ? new Quant.PerTensor(1f / 32768, 0, 16)
                : Quant.perTensor(1 / 256f, (int) dtype.min(8));
    }

    /** The quantization of results between -1 and 1 that the fixed-point kernels have. */
    static Quant signedUnit(DType dtype) {
        return dtype == DType.S16
                ? unit(dtype)
                : Quant.perTensor(1 / 128f, (int) dtype.min(8) + 128);
    }

    private static OpCase codes(Op op, RoundingMode mode, TensorType x, Quant out) {
        String name = op.getClass().getSimpleName();
        return new CaseBuilder(name + " all codes of " + x + " to " + out + ", " + mode.label())
                .rounding(mode)
                .input("x", Fill.ramp(x))
                .build(op, out);
    }

    private static List<OpCase> awkward(Op op) {
        String name = op.getClass().getSimpleName();
        return List.of(
                new CaseBuilder(name + " wild floats")
                        .input("x", Fill.wild(Shape.of(34)))
                        .build(op),
                new CaseBuilder(name + " a line of floats").input("x", line(400)).build(op),
                new CaseBuilder(name + " nothing").input("x", Fill.wild(Shape.of(3, 0))).build(op));
    }

    private static Tensor line(int n) {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = (i - n / 2) * 0.5;
        }
        return Fill.cycle(TensorType.f32(n), values);
    }
}
