package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.op.detection.NonMaxSuppression;
import quern.op.reduction.CumSum;
import quern.op.reduction.TopK;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Elements in order, sums along an axis, boxes by their scores. */
final class OrderCases {
    private OrderCases() {}

    static OpCase topK(Draw d) {
        int[] dims = d.shape(1, 4, 300).toArray();
        int axis = d.between(0, dims.length - 1);
        int count = d.between(0, dims[axis]);
        TopK op = new TopK(count, axis, d.chance(70), d.pick(DType.S32, DType.S64));
        return new CaseBuilder("").input("x", ReductionCases.ordered(d, Shape.of(dims))).build(op);
    }

    static List<OpCase> awkwardTopK() {
        List<OpCase> all = new ArrayList<>();
        for (boolean largest : new boolean[] {true, false}) {
            TopK five = new TopK(5, 1, largest, DType.S32);
            String name = "TopK, largest " + largest;
            all.add(
                    new CaseBuilder(name + ", all of wild floats")
                            .input("x", Fill.wild(Shape.of(34)))
                            .build(new TopK(34, 0, largest, DType.S64)));
            all.add(
                    new CaseBuilder(name + ", equal ones")
                            .input("x", Fill.cycle(TensorType.f32(2, 9, 2), 1, -0.0, 0, 1, 2))
                            .build(five));
            all.add(
                    new CaseBuilder(name + ", codes")
                            .input("x", Fill.ramp(TensorType.s8(0.5f, 3, 3, 300)))
                            .build(five));
            Tensor ends = Fill.cycle(TensorType.of(DType.S64, Shape.of(1, 6)), 0, 1, -1);
            ends.setInteger(3, Long.MAX_VALUE);
            ends.setInteger(4, Long.MIN_VALUE);
            all.add(new CaseBuilder(name + ", ends of S64").input("x", ends).build(five));
            all.add(
                    new CaseBuilder(name + ", none of some")
                            .input("x", Fill.wild(Shape.of(2, 3)))
                            .build(new TopK(0, 1, largest, DType.S32)));
        }
        return all;
    }

    static OpCase cumSum(Draw d) {
        Shape shape = d.shape(1, 4, 300);
        CumSum op = new CumSum(d.between(0, shape.rank() - 1), d.chance(50), d.chance(50));
        CaseBuilder b = new CaseBuilder("");
        return d.chance(60)
                ? b.input("x", Fill.reals(shape, d)).build(op)
                : b.input("x", Fill.integers(d.pick(DType.S32, DType.S64), shape, d)).build(op);
    }

    static List<OpCase> awkwardCumSum() {
        List<OpCase> all = new ArrayList<>();
        for (boolean exclusive : new boolean[] {false, true}) {
            for (boolean reverse : new boolean[] {false, true}) {
                CumSum op = new CumSum(1, exclusive, reverse);
                String name = "CumSum, exclusive " + exclusive + ", reverse " + reverse;
                all.add(
                        new CaseBuilder(name + ", wild floats")
                                .input("x", Fill.wild(Shape.of(17, 2, 3)))
                                .build(op));
                all.add(
                        new CaseBuilder(name + ", minus zero and rounding")
                                .input("x", Fill.cycle(TensorType.f32(1, 4), -0.0, 1, 1e-8, -1))
                                .build(op));
                Tensor ends = Fill.cycle(TensorType.of(DType.S32, Shape.of(2, 3)), 1, 2, 3);
                ends.setInteger(1, Integer.MAX_VALUE);
                all.add(new CaseBuilder(name + ", S32 that wraps").input("x", ends).build(op));
                all.add(
                        new CaseBuilder(name + ", nothing")
                                .input("x", Fill.wild(Shape.of(3, 0, 2)))
                                .build(op));
            }
        }
        return all;
    }

    /** Boxes on a small grid, so that many lie over each other and scores tie. */
    static OpCase suppression(Draw d) {
        int n = d.upTo(0, 40);
        Tensor boxes = Tensor.zeros(TensorType.f32(n, 4));
        Tensor scores = Tensor.zeros(TensorType.f32(n));
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < 4; k++) {
                boxes.setReal(4 * i + k, d.between(0, 6) * 0.25f);
            }
            scores.setReal(i, d.between(-2, 12) * 0.1f);
        }
        NonMaxSuppression op =
                new NonMaxSuppression(
                        d.upTo(0, 30),
                        d.pick(0f, 0.3f, 0.5f, 1f),
                        d.pick(0f, 0.25f),
                        d.pick(0f, 0f, 0.5f, 2f),
                        d.chance(50));
        return new CaseBuilder("").input("boxes", boxes).input("scores", scores).build(op);
    }

    static List<OpCase> awkwardSuppression() {
        List<OpCase> all = new ArrayList<>();
        for (float sigma : new float[] {0, 0.5f}) {
            all.add(
                    new CaseBuilder("NonMaxSuppression of wild boxes, sigma " + sigma)
                            .input("boxes", Fill.wild(Shape.of(17, 4)))
                            .input("scores", Fill.wild(Shape.of(17)))
                            .build(new NonMaxSuppression(20, 0.5f, -1, sigma, true)));
            all.add(
                    new CaseBuilder("NonMaxSuppression of equal boxes, sigma " + sigma)
                            .input("boxes", Fill.cycle(TensorType.f32(5, 4), 0, 0, 1, 1))
                            .input("scores", Fill.constant(TensorType.f32(5), 0.5))
                            .build(new NonMaxSuppression(5, 1, 0, sigma, true)));
        }
        all.add(
                new CaseBuilder("NonMaxSuppression of nothing")
                        .input("boxes", Fill.wild(Shape.of(0, 4)))
                        .input("scores", Fill.wild(Shape.of(0)))
                        .build(new NonMaxSuppression(3, 0.5f, 0, 0, false)));
        return all;
    }
}
