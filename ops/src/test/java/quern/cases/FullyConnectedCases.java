package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.nn.FullyConnected;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Fully connected layers: rows of any rank, per-tensor and per-channel weights. */
final class FullyConnectedCases {
    private FullyConnectedCases() {}

    static OpCase random(Draw d) {
        int depth = d.upTo(1, d.chance(20) ? 300 : 40);
        int out = d.upTo(1, 19);
        boolean keepDims = d.chance(50);
        int rank = keepDims ? d.between(1, 4) : d.between(2, 4);
        int[] dims = new int[rank];
        for (int i = 0; i < rank - 1; i++) {
            dims[i] = d.upTo(1, 3);
        }
        dims[rank - 1] = depth;
        return WeightedCase.of(
                d,
                new FullyConnected(keepDims, d.activation()),
                Shape.of(dims),
                Shape.of(out, depth),
                0,
                depth);
    }

    static List<OpCase> awkward() {
        List<OpCase> all = new ArrayList<>();
        for (RoundingMode mode : RoundingMode.values()) {
            all.add(ties(mode));
            all.add(packed(mode));
        }
        FullyConnected plain = new FullyConnected(false, Activation.NONE);
        FullyConnected keep = new FullyConnected(true, Activation.RELU6);
        all.add(
                new CaseBuilder("FullyConnected wild floats")
                        .input("x", Fill.wild(Shape.of(3, 17)))
                        .constant("w", Fill.wild(Shape.of(5, 17)))
                        .build(plain));
        all.add(
                new CaseBuilder("FullyConnected image seen as rows")
                        .input("x", Fill.reals(Shape.of(2, 3, 2), new Draw(5, 1)))
                        .constant("w", Fill.reals(Shape.of(3, 6), new Draw(5, 2)))
                        .build(plain));
        all.add(
                new CaseBuilder("FullyConnected no rows")
                        .input("x", Fill.reals(Shape.of(0, 4), new Draw(5, 3)))
                        .constant("w", Fill.reals(Shape.of(2, 4), new Draw(5, 4)))
                        .constant("b", Tensor.of(Shape.of(2), 1f, 2f))
                        .build(keep));
        all.add(
                new CaseBuilder("FullyConnected vector")
                        .input("x", Fill.reals(Shape.of(7), new Draw(5, 5)))
                        .input("w", Fill.reals(Shape.of(1, 7), new Draw(5, 6)))
                        .absent()
                        .build(keep));
        return all;
    }

    /** Each input code once, half of one output step apart. */
    private static OpCase ties(RoundingMode mode) {
        return new CaseBuilder("FullyConnected all codes, ties, " + mode.label())
                .rounding(mode)
                .input("x", Fill.ramp(TensorType.s8(1, 1, 256, 1)))
                .constant("w", Tensor.of(TensorType.s8(1, 0, 3, 1), (byte) 1, (byte) 3, (byte) -1))
                .constant("b", Tensor.of(Shape.of(3), 0, 1, -1))
                .build(new FullyConnected(false, Activation.NONE), Quant.perTensor(2, 1));
    }

    /** An odd number of packed 4-bit weights to a row, with zero points. */
    private static OpCase packed(RoundingMode mode) {
        TensorType w = new TensorType(DType.S4, Shape.of(3, 5), new Quant.PerTensor(0.25f, -8, 4));
        TensorType x = new TensorType(DType.U8, Shape.of(2, 5), Quant.perTensor(0.5f, 255));
        return new CaseBuilder("FullyConnected packed weights, " + mode.label())
                .rounding(mode)
                .input("x", Fill.cycle(x, 0, 255, 7, 128, 254, 1))
                .constant("w", Fill.cycle(w, -8, 7, 0, -1, 3))
                .build(new FullyConnected(true, Activation.RELU), Quant.perTensor(1, 0));
    }
}
