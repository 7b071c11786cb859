package quern.cases;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import quern.op.Op;
import quern.op.detection.BoxSelection;
import quern.op.dynamic.BroadcastBy;
import quern.op.dynamic.NonZero;
import quern.op.dynamic.PadBy;
import quern.op.dynamic.RangeBy;
import quern.op.dynamic.ReshapeBy;
import quern.op.dynamic.ShapeOf;
import quern.op.dynamic.SliceBy;
import quern.op.dynamic.TileBy;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Operators whose form computed values decide. */
final class DynamicCases {
    private static final Draw DRAW = new Draw(3, 11);

    private DynamicCases() {}

    static OpCase shapeOf(Draw d) {
        return moved(d, d.shape(0, 4, 60)).build(new ShapeOf());
    }

    static List<OpCase> awkwardShapeOf() {
        return List.of(
                new CaseBuilder("ShapeOf of a scalar")
                        .input("x", Tensor.of(Shape.of(), 1f))
                        .build(new ShapeOf()),
                new CaseBuilder("ShapeOf of nothing")
                        .input("x", Tensor.zeros(TensorType.f32(3, 0, 2)))
                        .build(new ShapeOf()));
    }

    static OpCase reshapeBy(Draw d) {
        Shape x = d.shape(0, 4, 60);
        int[] to = IntStream.range(0, x.rank()).map(i -> x.dim(x.rank() - 1 - i)).toArray();
        return decided(moved(d, x), d, list(to)).build(new ReshapeBy(true), type(to));
    }

    static List<OpCase> awkwardReshapeBy() {
        Tensor x = Fill.bits(TensorType.f32(2, 3, 4), DRAW);
        return List.of(
                fixed("ReshapeBy with -1", new ReshapeBy(false), x, list(4, -1)),
                fixed("ReshapeBy with a copied dimension", new ReshapeBy(false), x, list(0, -1)),
                fixed(
                        "ReshapeBy to nothing",
                        new ReshapeBy(true),
                        Tensor.zeros(TensorType.f32(0, 3)),
                        list(3, 0)));
    }

    static OpCase broadcastBy(Draw d) {
        Shape to = d.shape(0, 4, 60);
        int[] from = Arrays.stream(to.toArray()).map(n -> d.chance(50) ? 1 : n).toArray();
        return decided(moved(d, Shape.of(from)), d, list(to.toArray()))
                .build(new BroadcastBy(), type(to.toArray()));
    }

    static List<OpCase> awkwardBroadcastBy() {
        Tensor x = Fill.bits(TensorType.f32(3, 1), DRAW);
        return List.of(
                fixed("BroadcastBy that leaves an axis", new BroadcastBy(), x, list(1, 4)),
                fixed("BroadcastBy of lower rank", new BroadcastBy(), x, list(1)),
                fixed("BroadcastBy to more axes", new BroadcastBy(), x, list(2, 1, 1)));
    }

    static OpCase tileBy(Draw d) {
        Shape x = d.shape(0, 4, 60);
        int[] repeats = IntStream.range(0, x.rank()).map(i -> d.between(0, 2)).toArray();
        int[] to = IntStream.range(0, x.rank()).map(i -> x.dim(i) * repeats[i]).toArray();
        return decided(moved(d, x), d, list(repeats)).build(new TileBy(), type(to));
    }

    static List<OpCase> awkwardTileBy() {
        Tensor x = Fill.bits(TensorType.f32(2, 3), DRAW);
        return List.of(fixed("TileBy of both axes", new TileBy(), x, list(2, 3)));
    }

    static OpCase padBy(Draw d) {
        Shape x = d.shape(0, 4, 60);
        int[] pads = IntStream.range(0, 2 * x.rank()).map(i -> d.between(0, 2)).toArray();
        int[] to =
                IntStream.range(0, x.rank())
                        .map(i -> x.dim(i) + pads[i] + pads[x.rank() + i])
                        .toArray();
        return decided(moved(d, x), d, list(pads)).build(new PadBy(), type(to));
    }

    static List<OpCase> awkwardPadBy() {
        return List.of(
                new CaseBuilder("PadBy with a value")
                        .input("x", Fill.bits(TensorType.f32(2, 3), DRAW))
                        .constant("pads", list(1, 0, 0, 2))
                        .input("value", Tensor.of(Shape.of(), -7f))
                        .build(new PadBy()));
    }

    static OpCase sliceBy(Draw d) {
        Shape x = d.shape(0, 4, 60);
        int rank = x.rank();
        int[] steps = IntStream.range(0, rank).map(i -> d.pick(1, 1, 2, -1, -3)).toArray();
        int[] starts = IntStream.range(0, rank).map(i -> d.between(-9, 9)).toArray();
        int[] ends = IntStream.range(0, rank).map(i -> d.between(-9, 9)).toArray();
        int[] axes = IntStream.range(0, rank).map(i -> d.chance(50) ? i : i - rank).toArray();
        return moved(d, x)
                .constant("starts", list(starts))
                .constant("ends", list(ends))
                .constant("axes", list(axes))
                .constant("steps", list(steps))
                .build(new SliceBy());
    }

    static List<OpCase> awkwardSliceBy() {
        Tensor x = Fill.bits(TensorType.f32(4, 5), DRAW);
        Tensor end = list(Integer.MAX_VALUE);
        return List.of(
                new CaseBuilder("SliceBy with a far end")
                        .input("x", x)
                        .constant("starts", list(1))
                        .constant("ends", end)
                        .constant("axes", list(-1))
                        .build(new SliceBy()),
                new CaseBuilder("SliceBy backward to the beginning")
                        .input("x", x)
                        .constant("starts", list(9))
                        .constant("ends", list(Integer.MIN_VALUE))
                        .constant("axes", list(0))
                        .constant("steps", list(-1))
                        .build(new SliceBy()),
                new CaseBuilder("SliceBy by computed values")
                        .input("x", x)
                        .input("starts", list(1, 2))
                        .input("ends", list(3, 4))
                        .build(new SliceBy(), TensorType.f32(2, 2)));
    }

    static OpCase rangeBy(Draw d) {
        int count = d.between(0, 20);
        int step = d.pick(1, 2, -3);
        return new CaseBuilder("")
                .operand("start", list(5).as(scalar()), d.chance(70))
                .constant("limit", list(5 + count * step).as(scalar()))
                .constant("step", list(step).as(scalar()))
                .build(new RangeBy(), TensorType.of(DType.S64, Shape.of(count)));
    }

    static List<OpCase> awkwardRangeBy() {
        return List.of(
                new CaseBuilder("RangeBy of fractions")
                        .input("start", Tensor.of(Shape.of(), 0f))
                        .input("limit", Tensor.of(Shape.of(), 1f))
                        .input("step", Tensor.of(Shape.of(), 0.3f))
                        .build(new RangeBy(), TensorType.f32(4)));
    }

    static OpCase nonZero(Draw d) {
        Shape x = d.shape(1, 3, 40);
        Tensor t = Tensor.zeros(TensorType.of(d.pick(DType.F32, DType.S32, DType.BOOL), x));
        int n = 0;
        for (int i = 0; i < t.elements(); i++) {
            if (d.chance(40)) {
                n++;
                if (t.dtype() == DType.F32) {
                    t.setReal(i, -1.5f);
                } else {
                    t.setInteger(i, 1);
                }
            }
        }
        TensorType made = TensorType.of(DType.S64, Shape.of(x.rank(), n));
        return new CaseBuilder("").input("x", t).build(new NonZero(), made);
    }

    static List<OpCase> awkwardNonZero() {
        Tensor x = Tensor.of(Shape.of(4), -0f, Float.NaN, 0f, Float.MIN_VALUE);
        TensorType two = TensorType.of(DType.S64, Shape.of(1, 2));
        TensorType none = TensorType.of(DType.S64, Shape.of(0, 0));
        return List.of(
                new CaseBuilder("NonZero of edges").input("x", x).build(new NonZero(), two),
                new CaseBuilder("NonZero of a scalar zero")
                        .input("x", Tensor.of(Shape.of(), 0f))
                        .build(new NonZero(), none));
    }

    static OpCase boxes(Draw d) {
        Tensor boxes = Fill.bits(TensorType.f32(1, d.between(1, 6), 4), d);
        Tensor scores = Fill.bits(TensorType.f32(1, 2, boxes.shape().dim(1)), d);
        for (int i = 0; i < boxes.elements(); i++) {
            boxes.setReal(i, d.between(0, 9));
        }
        return boxes("", d.chance(50), boxes, scores, 3, d.pick(0f, 0.4f), d.pick(-9f, 0f));
    }

    private static OpCase boxes(
            String name,
            boolean centers,
            Tensor boxes,
            Tensor scores,
            int most,
            float overlap,
            float enough) {
        BoxSelection op = new BoxSelection(centers);
        Tensor count = list(most).as(scalar());
        Tensor over = Tensor.of(Shape.of(), overlap);
        Tensor score = Tensor.of(Shape.of(), enough);
        int n = op.selected(List.of(boxes, scores, count, over, score)).size();
        return new CaseBuilder(name)
                .input("boxes", boxes)
                .input("scores", scores)
                .constant("most", count)
                .constant("overlap", over)
                .input("enough", score)
                .build(op, TensorType.of(DType.S64, Shape.of(n, 3)));
    }

    static List<OpCase> awkwardBoxes() {
        Tensor boxes = Tensor.of(Shape.of(1, 3, 4), 0f, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0);
        Tensor scores = Tensor.of(Shape.of(1, 1, 3), 0.5f, 0.5f, Float.NaN);
        return List.of(
                boxes("BoxSelection of equal boxes", false, boxes, scores, 9, 0.5f, 0f),
                boxes("BoxSelection of none", true, boxes, scores, 0, 0.5f, 0f));
    }

    private static TensorType scalar() {
        return TensorType.of(DType.S64, Shape.of());
    }

    private static CaseBuilder moved(Draw d, Shape x) {
        return new CaseBuilder("").input("x", Fill.bits(TensorType.of(DType.F32, x), d));
    }

    private static TensorType type(int... dims) {
        return TensorType.f32(dims);
    }

    private static CaseBuilder decided(CaseBuilder builder, Draw d, Tensor values) {
        return builder.operand("values", values, d.chance(30));
    }

    private static OpCase fixed(String name, Op op, Tensor x, Tensor values) {
        return new CaseBuilder(name).input("x", x).constant("values", values).build(op);
    }

    static Tensor list(int... values) {
        Tensor t = Tensor.zeros(TensorType.of(DType.S64, Shape.of(values.length)));
        for (int i = 0; i < values.length; i++) {
            t.setInteger(i, values[i]);
        }
        return t;
    }
}
