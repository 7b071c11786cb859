package quern.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import quern.fixedpoint.RoundingMode;
import quern.op.reduction.Mean;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** Means over any set of axes. */
final class ReductionCases {
    private ReductionCases() {}

    static OpCase mean(Draw d) {
        int[] dims = d.shape(1, 5, 2000).toArray();
        int[] axes = IntStream.range(0, dims.length).filter(i -> d.chance(60)).toArray();
        for (int axis : axes) {
            dims[axis] = Math.max(1, dims[axis]);
        }
        Mean op = new Mean(Ints.of(axes), d.chance(50));
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        Shape x = Shape.of(dims);
        if (d.chance(35)) {
            return b.input("x", Fill.reals(x, d)).build(op);
        }
        b.input("x", Fill.codes(Types.activation(d, x, 0.05), d));
        return b.build(op, Types.output(d, b.infer(op), d.pick(0.05, 0.05, 0.005)));
    }

    static List<OpCase> awkward() {
        List<OpCase> all = new ArrayList<>();
        Mean rows = new Mean(Ints.of(1), true);
        Mean images = new Mean(Ints.of(1, 2), false);
        for (RoundingMode mode : RoundingMode.values()) {
            for (int n : new int[] {1, 2, 3, 15, 16, 17, 49, 64, 1000}) {
                all.add(codes(n + " elements", mode, rows, TensorType.s8(1, -1, 4, n), 1, 7));
            }
            all.add(codes("image", mode, images, TensorType.s8(.3f, 5, 2, 7, 7, 3), .1f, -128));
            all.add(codes("saturates", mode, rows, TensorType.s8(1, -128, 9, 30), .01f, 0));
            TensorType u8 = new TensorType(DType.U8, Shape.of(2, 5, 8, 3), Quant.perTensor(1, 255));
            all.add(codes("unsigned", mode, images, u8, 2, 255));
        }
        for (int n : new int[] {1, 2, 15, 16, 17, 33, 1000}) {
            all.add(
                    new CaseBuilder("Mean of " + n + " floats")
                            .input("x", Fill.reals(Shape.of(2, n), new Draw(5, n)))
                            .build(rows));
        }
        all.add(
                new CaseBuilder("Mean wild floats")
                        .input("x", Fill.wild(Shape.of(6, 2, 3)))
                        .build(new Mean(Ints.of(0, 2), true)));
        all.add(
                new CaseBuilder("Mean minus zero, no axis")
                        .input("x", Fill.constant(TensorType.f32(3), -0.0))
                        .build(new Mean(Ints.of(), false)));
        all.add(new CaseBuilder("Mean no rows").input("x", Fill.wild(Shape.of(0, 4))).build(rows));
        return all;
    }

    private static OpCase codes(
            String name, RoundingMode mode, Mean op, TensorType x, float scale, int zero) {
        return new CaseBuilder("Mean " + name + ", " + mode.label())
                .rounding(mode)
                .input("x", Fill.ramp(x))
                .build(op, Quant.perTensor(scale, zero));
    }
}
