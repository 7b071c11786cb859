package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.activation.Softmax;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** Softmax along any axis, rows of up to a thousand elements. */
final class SoftmaxCases {
    private SoftmaxCases() {}

    static OpCase random(Draw d) {
        int[] dims = d.shape(1, 4, 300).toArray();
        int axis = d.between(0, dims.length - 1);
        dims[axis] = d.chance(20) ? d.upTo(1, 1000) : Math.max(1, dims[axis]);
        Softmax op = new Softmax(axis, d.chance(70) ? 1 : d.pick(0.5f, 2f, 0.013f));
        RoundingMode mode = d.rounding();
        CaseBuilder b = new CaseBuilder("").rounding(mode);
        Shape x = Shape.of(dims);
        if (d.chance(35)) {
            return b.input("x", Fill.reals(x, d)).build(op);
        }
        TensorType type = Types.activation16(d, x, d.pick(0.01, 0.1, 1.0));
        b.input("x", Fill.codes(type, d));
        return !mode.isFixedPoint() || d.chance(20)
                ? b.build(op, Types.output16(d, b.infer(op), 1 / 256.0))
                : b.build(op, ActivationCases.unit(type.dtype()));
    }

    static List<OpCase> awkward() {
        List<OpCase> all = new ArrayList<>();
        for (RoundingMode mode : RoundingMode.values()) {
            for (float scale : new float[] {0.0001f, 0.04f, 0.125f, 3}) {
                all.add(codes("all codes, scale " + scale, mode, TensorType.s8(scale, 5, 1, 256)));
            }
            TensorType u8 = new TensorType(DType.U8, Shape.of(3, 9), Quant.perTensor(.1f, 0));
            all.add(codes("unsigned", mode, u8));
            all.add(codes("one element", mode, TensorType.s8(.1f, 0, 4, 1)));
            for (float scale : new float[] {1e-6f, 1e-4f, 8f / 32767, 0.5f}) {
                Quant wide = new Quant.PerTensor(scale, 0, 16);
                TensorType s16 = new TensorType(DType.S16, Shape.of(3, 101), wide);
                double[] values = {-32768, 32767, 0, 1, -20000, 32766, 32700, 31000, 9, 20000};
                all.add(
                        new CaseBuilder("Softmax of 16 bits, scale " + scale + mode.label())
                                .rounding(mode)
                                .input("x", Fill.cycle(s16, values))
                                .build(new Softmax(1, 1), ActivationCases.unit(DType.S16)));
            }
            for (int zero : new int[] {-32768, 0}) {
                all.add(
                        new CaseBuilder("Softmax to 16 bits, zero " + zero + ", " + mode.label())
                                .rounding(mode)
                                .input("x", Fill.ramp(TensorType.s8(.05f, 3, 3, 101)))
                                .build(
                                        new Softmax(1, 1),
                                        TensorType.of(DType.S16, Shape.of(3, 101))
                                                .withQuant(
                                                        new Quant.PerTensor(
                                                                1f / 65536, zero, 16))));
            }
            all.add(codes("no rows", mode, TensorType.s8(.1f, 0, 0, 4)));
            all.add(
                    new CaseBuilder("Softmax 1000 equal codes, " + mode.label())
                            .rounding(mode)
                            .input("x", Fill.constant(TensorType.s8(.1f, 0, 2, 1000), -128))
                            .build(new Softmax(1, 1), ActivationCases.unit(DType.S8)));
        }
        for (int n : new int[] {1, 2, 15, 16, 17, 1000}) {
            all.add(
                    new CaseBuilder("Softmax of " + n + " floats")
                            .input("x", Fill.reals(Shape.of(2, n), new Draw(5, n)))
                            .build(new Softmax(1, 1)));
        }
        all.add(
                new CaseBuilder("Softmax wild floats")
                        .input("x", Fill.wild(Shape.of(17, 2)))
                        .build(new Softmax(1, 2)));
        all.add(
                new CaseBuilder("Softmax of minus infinity")
                        .input("x", Fill.constant(TensorType.f32(1, 5), Double.NEGATIVE_INFINITY))
                        .build(new Softmax(1, 1)));
        all.add(
                new CaseBuilder("Softmax first axis, far apart")
                        .input("x", Fill.cycle(TensorType.f32(3, 4, 2), -200, 3e38, 0, -3e38, 88))
                        .build(new Softmax(0, 1)));
        return all;
    }

    private static OpCase codes(String name, RoundingMode mode, TensorType x) {
        return new CaseBuilder("Softmax " + name + ", " + mode.label())
                .rounding(mode)
                .input("x", Fill.ramp(x))
                .build(new Softmax(1, 1), ActivationCases.unit(x.dtype()));
    }
}
