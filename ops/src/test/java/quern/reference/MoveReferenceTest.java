package quern.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import quern.error.ShapeException;
import quern.op.Op;
import quern.op.shape.BatchToSpace;
import quern.op.shape.BroadcastTo;
import quern.op.shape.DepthToSpace;
import quern.op.shape.DynamicSlice;
import quern.op.shape.DynamicUpdateSlice;
import quern.op.shape.Gather;
import quern.op.shape.GatherNd;
import quern.op.shape.MirrorPad;
import quern.op.shape.OneHot;
import quern.op.shape.Pad;
import quern.op.shape.Range;
import quern.op.shape.ReverseSequence;
import quern.op.shape.ScatterNd;
import quern.op.shape.Slice;
import quern.op.shape.SpaceToBatch;
import quern.op.shape.SpaceToDepth;
import quern.op.shape.Tile;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Values that are seen by looking, and what is refused. */
class MoveReferenceTest {
    private static final int MOST = Integer.MAX_VALUE;

    private static Tensor counting(int... dims) {
        Tensor t = Tensor.zeros(TensorType.f32(dims));
        for (int i = 0; i < t.elements(); i++) {
            t.setReal(i, i);
        }
        return t;
    }

    private static Tensor whole(int... values) {
        return Tensor.of(Shape.of(values.length), values);
    }

    private static void expect(Tensor y, float... values) {
        assertArrayEquals(values, y.floats());
    }

    @Test
    void pixelsBecomeChannelsRowByRow() {
        Tensor x = counting(1, 2, 4, 2);
        Tensor depth = OneNode.run(new SpaceToDepth(2), x);
        expect(depth, 0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15);
        assertEquals(x, OneNode.run(new DepthToSpace(2, false), depth));
        Tensor channels = counting(1, 1, 1, 8);
        expect(OneNode.run(new DepthToSpace(2, false), channels), 0, 1, 2, 3, 4, 5, 6, 7);
        expect(OneNode.run(new DepthToSpace(2, true), channels), 0, 4, 1, 5, 2, 6, 3, 7);
    }

    @Test
    void batchesTakeEveryOtherPixel() {
        Ints two = Ints.of(2);
        SpaceToBatch op = new SpaceToBatch(two, Ints.of(1), Ints.of(0));
        Tensor y = OneNode.run(op, counting(2, 3));
        // -, 0, 1, 2 and -, 3, 4, 5
        expect(y, 0, 1, 0, 4, 0, 2, 3, 5);
        BatchToSpace back = new BatchToSpace(two, Ints.of(1), Ints.of(0));
        expect(OneNode.run(back, y), 0, 1, 2, 3, 4, 5);
    }

    @Test
    void mirrorsLieOnOrBehindTheEdge() {
        Tensor x = counting(3);
        Ints two = Ints.of(2);
        expect(OneNode.run(new MirrorPad(two, two, false), x), 2, 1, 0, 1, 2, 1, 0);
        expect(OneNode.run(new MirrorPad(two, two, true), x), 1, 0, 0, 1, 2, 2, 1);
    }

    @Test
    void updatesReplaceOrAdd() {
        Tensor x = counting(3);
        Tensor places = Tensor.of(Shape.of(3, 1), 1, 2, -2);
        Tensor updates = Tensor.of(Shape.of(3), 10f, 20, 30);
        expect(OneNode.run(new ScatterNd(false), x, places, updates), 0, 30, 20);
        expect(OneNode.run(new ScatterNd(true), x, places, updates), 0, 41, 22);
    }

    @Test
    void boxesAreMovedInside() {
        Tensor x = counting(5);
        Op two = new DynamicSlice(Ints.of(2));
        expect(OneNode.run(two, x, whole(9)), 3, 4);
        expect(OneNode.run(two, x, whole(-3)), 2, 3);
        expect(OneNode.run(two, x, whole(-9)), 0, 1);
        Tensor box = Tensor.of(Shape.of(2), 7f, 8);
        Op update = new DynamicUpdateSlice();
        expect(OneNode.run(update, x, box, whole(4)), 0, 1, 2, 7, 8);
        expect(OneNode.run(update, x, box, whole(-3)), 7, 8, 2, 3, 4);
    }

    @Test
    void rangesAreCountedAsTheirElementsAre() {
        assertEquals(3, count(1, 10, 3));
        assertEquals(4, count(1, 11, 3));
        assertEquals(3, count(1, 10, 4));
        assertEquals(2, count(5, 2, -2));
        assertEquals(0, count(5, 9, -2));
        assertEquals(0, count(5, 5, 1));
        Tensor a = Tensor.of(Shape.of(), 0f);
        assertEquals(4, Range.count(a, Tensor.of(Shape.of(), 1f), Tensor.of(Shape.of(), 0.3f)));
        assertThrows(ShapeException.class, () -> count(0, 1, 0));
        assertThrows(ShapeException.class, () -> count(Integer.MIN_VALUE, MOST, 1));
        assertThrows(ShapeException.class, () -> Range.count(a, a, a));
        Tensor low = Tensor.zeros(TensorType.of(DType.S64, Shape.of()));
        low.longs()[0] = Long.MIN_VALUE;
        Tensor high = low.copy();
        high.longs()[0] = Long.MAX_VALUE;
        assertThrows(ShapeException.class, () -> Range.count(low, high, high));
        assertThrows(ShapeException.class, () -> Range.count(high, low, low));
    }

    private static int count(int start, int limit, int step) {
        return Range.count(
                Tensor.of(Shape.of(), start),
                Tensor.of(Shape.of(), limit),
                Tensor.of(Shape.of(), step));
    }

    @Test
    void indicesWithoutAnElementAreErrorsThatNameTheNode() {
        Tensor x = counting(2, 3);
        for (int bad : new int[] {3, -4, MOST, Integer.MIN_VALUE}) {
            refused("y: index " + bad, new Gather(1, 0), x, whole(0, bad));
            Tensor rows = Tensor.of(Shape.of(1, 2), 0, bad);
            refused("y: index " + bad, new GatherNd(0), x, rows);
            Tensor one = Tensor.of(Shape.of(1), 5f);
            refused("y: index " + bad, new ScatterNd(false), x, rows, one);
        }
        refused("y: a sequence of length 4", new ReverseSequence(1, 0), x, whole(1, 4));
        refused("y: a sequence of length -1", new ReverseSequence(1, 0), x, whole(-1, 3));
    }

    /** Whatever the attributes say, what is asked for is looked at before it is made. */
    @Test
    void whatDoesNotFitIsRefused() {
        Tensor x = counting(2, 3);
        Ints none = Ints.of(0, 0);
        Ints most = Ints.of(MOST, MOST);
        refused("larger than", new Tile(most), x);
        refused("cannot be broadcast", new BroadcastTo(most), x);
        refused("larger than", new Pad(most, most, 0), x);
        refused("no mirror image", new MirrorPad(most, none, true), x);
        refused("do not lie in axis 0", Slice.of(most, Ints.of(1, 1)), x);
        refused("do not lie in axis 1", new Slice(none, most, Ints.of(1, 2)), x);
        refused("is larger than", new DynamicSlice(most), x, whole(0, 0));
        refused("does not fit into", new DynamicUpdateSlice(), x, counting(2, 4), whole(0, 0));
        refused("shapes overflow", new SpaceToDepth(MOST), counting(0, 0, 0, 3));
        refused("shapes overflow", new DepthToSpace(1 << 15, false), counting(1, 1 << 17, 1, 0));
        refused("than an array can hold", new BatchToSpace(most, none, none), counting(0, 1, 1));
        refused("shapes overflow", new SpaceToBatch(most, none, none), counting(3, 0, 0));
        refused("do not divide", new SpaceToBatch(Ints.of(2), Ints.of(0), Ints.of(0)), x);
        refused("do not have the same 1 batch axes", new Gather(1, 1), x, whole(0, 0, 0));
        refused("do not fit shape", new GatherNd(0), x, Tensor.of(Shape.of(1, 3), 0, 0, 0));
        refused("must be S16, S32 or S64", new Gather(0, 0), x, x);
        refused("has the value 0.5", new Pad(none, none, 0.5f), whole2());
        Tensor scalar = Tensor.of(Shape.of(), 1f);
        refused("cannot be added to shape", new OneHot(3, 3), whole(1), scalar, scalar);
        assertThrows(ShapeException.class, () -> new Slice(none, none, none));
        assertThrows(ShapeException.class, () -> new OneHot(-1, 0));
        assertThrows(ShapeException.class, () -> new Gather(0, 1));
        assertThrows(ShapeException.class, () -> new ReverseSequence(1, 1));
    }

    private static Tensor whole2() {
        return Tensor.of(Shape.of(1, 2), 1, 2);
    }

    private static void refused(String message, Op op, Tensor... inputs) {
        ShapeException e = assertThrows(ShapeException.class, () -> OneNode.run(op, inputs));
        assertEquals(
                List.of(message),
                List.of(e.getMessage().contains(message) ? message : e.getMessage()));
    }
}
