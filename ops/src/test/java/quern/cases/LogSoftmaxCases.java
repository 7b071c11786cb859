package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.activation.LogSoftmax;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** Logarithms of softmax along any axis. */
final class LogSoftmaxCases {
    private LogSoftmaxCases() {}

    static OpCase random(Draw d) {
        int[] dims = d.shape(1, 4, 300).toArray();
        int axis = d.between(0, dims.length - 1);
        dims[axis] = d.chance(20) ? d.upTo(1, 1000) : Math.max(1, dims[axis]);
        LogSoftmax op = new LogSoftmax(axis);
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        Shape x = Shape.of(dims);
        if (d.chance(35)) {
            return b.input("x", Fill.reals(x, d)).build(op);
        }
        TensorType type = Types.activation(d, x, d.pick(0.01, 0.1, 1.0));
        b.input("x", Fill.codes(type, d));
        return d.chance(30)
                ? b.build(op, Types.output(d, b.infer(op), 1 / 16.0))
                : b.build(op, unit(type.dtype()));
    }

    private static Quant unit(DType dtype) {
        return Quant.perTensor(1 / 16f, (int) dtype.max(8));
    }

    static List<OpCase> awkward() {
        List<OpCase> all = new ArrayList<>();
        for (RoundingMode mode : RoundingMode.values()) {
            for (float scale : new float[] {1e-30f, 1e-9f, 1e-4f, 0.04f, 0.125f, 3, 1e9f}) {
                all.add(codes("all codes, scale " + scale, mode, TensorType.s8(scale, 5, 1, 256)));
            }
            TensorType u8 = new TensorType(DType.U8, Shape.of(3, 9), Quant.perTensor(.1f, 0));
            all.add(codes("unsigned", mode, u8));
            all.add(codes("one element", mode, TensorType.s8(.1f, 0, 4, 1)));
            all.add(codes("no rows", mode, TensorType.s8(.1f, 0, 0, 4)));
            all.add(
                    new CaseBuilder("LogSoftmax 5000 equal codes, " + mode.label())
                            .rounding(mode)
                            .input("x", Fill.constant(TensorType.s8(.1f, 0, 1, 5000), -128))
                            .build(new LogSoftmax(1), unit(DType.S8)));
        }
        for (int n : new int[] {1, 2, 15, 16, 17, 1000}) {
            all.add(
                    new CaseBuilder("LogSoftmax of " + n + " floats")
                            .input("x", Fill.reals(Shape.of(2, n), new Draw(5, n)))
                            .build(new LogSoftmax(1)));
        }
        all.add(
                new CaseBuilder("LogSoftmax wild floats")
                        .input("x", Fill.wild(Shape.of(17, 2)))
                        .build(new LogSoftmax(1)));
        all.add(
                new CaseBuilder("LogSoftmax first axis, far apart")
                        .input("x", Fill.cycle(TensorType.f32(3, 4, 2), -200, 3e38, 0, -3e38, 88))
                        .build(new LogSoftmax(0)));
        return all;
    }

    private static OpCase codes(String name, RoundingMode mode, TensorType x) {
        return new CaseBuilder("LogSoftmax " + name + ", " + mode.label())
                .rounding(mode)
                .input("x", Fill.ramp(x))
                .build(new LogSoftmax(1), unit(x.dtype()));
    }
}
