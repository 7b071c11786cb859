package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.op.Op;
import quern.op.OpSet;
import quern.op.shape.DynamicSlice;
import quern.op.shape.DynamicUpdateSlice;
import quern.op.shape.Gather;
import quern.op.shape.GatherNd;
import quern.op.shape.OneHot;
import quern.op.shape.Range;
import quern.op.shape.ReverseSequence;
import quern.op.shape.ScatterNd;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Fixed cases of operators that move elements to or from places which an input tells. */
final class IndexAwkward {
    private static final Draw DRAW = new Draw(5, 13);

    private IndexAwkward() {}

    static List<OpCase> gather() {
        List<OpCase> all = new ArrayList<>();
        for (DType dtype : DType.values()) {
            TensorType x = TensorType.of(dtype, Shape.of(3, 2));
            all.add(one(new Gather(0, 0), x, whole(Shape.of(2, 2), 2, 0, -1, 2)));
        }
        Tensor scalar = whole(Shape.of(), 1);
        all.add(one(new Gather(1, 0), TensorType.s8(.5f, 3, 2, 3, 20), scalar));
        all.add(one(new Gather(0, 0), TensorType.f32(4), scalar));
        all.add(one(new Gather(0, 0), TensorType.f32(4), whole(Shape.of(0))));
        all.add(one(new Gather(0, 0), TensorType.f32(0, 4), whole(Shape.of(0))));
        all.add(one(new Gather(0, 0), TensorType.f32(2, 0), whole(Shape.of(3), 0, 1, 1)));
        Tensor batches = whole(Shape.of(2, 3), 0, 1, 2, 2, 1, 0);
        all.add(one(new Gather(1, 1), TensorType.f32(2, 3), batches));
        all.add(one(new Gather(2, 1), TensorType.f32(2, 2, 3, 2), batches));
        all.add(one(new Gather(2, 2), TensorType.f32(2, 3, 4), batches));
        return all;
    }

    static List<OpCase> gatherNd() {
        List<OpCase> all = new ArrayList<>();
        for (DType dtype : DType.values()) {
            TensorType x = TensorType.of(dtype, Shape.of(3, 2, 2));
            all.add(one(new GatherNd(0), x, whole(Shape.of(2, 2), 2, 0, -1, 1)));
        }
        TensorType x = TensorType.f32(2, 3);
        all.add(one(new GatherNd(0), x, whole(Shape.of(2), 1, 2)));
        all.add(one(new GatherNd(0), x, whole(Shape.of(2, 0))));
        all.add(one(new GatherNd(0), x, whole(Shape.of(0, 1))));
        all.add(one(new GatherNd(1), x, whole(Shape.of(2, 1), 1, 2)));
        all.add(one(new GatherNd(2), x, whole(Shape.of(2, 3, 0))));
        return all;
    }

    static List<OpCase> scatterNd() {
        List<OpCase> all = new ArrayList<>();
        // Two updates of one place: the last one stands, or both are added.
        Tensor rows = whole(Shape.of(3, 1), 1, -2, 0);
        for (DType dtype : DType.values()) {
            TensorType x = TensorType.of(dtype, Shape.of(3, 2));
            all.add(one(new ScatterNd(false), x, rows, TensorType.of(dtype, Shape.of(3, 2))));
            if (dtype == DType.F32 || !dtype.isFloat()) {
                all.add(one(new ScatterNd(true), x, rows, TensorType.of(dtype, Shape.of(3, 2))));
            }
        }
        TensorType q = TensorType.s8(.5f, 3, 3, 2);
        all.add(one(new ScatterNd(false), q, rows, q));
        Tensor none = whole(Shape.of(0, 1));
        all.add(one(new ScatterNd(true), TensorType.f32(2, 2), none, TensorType.f32(0, 2)));
        Tensor all1 = whole(Shape.of(2, 0));
        all.add(one(new ScatterNd(true), TensorType.f32(3), all1, TensorType.f32(2, 3)));
        return all;
    }

    static List<OpCase> dynamicSlice() {
        List<OpCase> all = new ArrayList<>();
        Tensor starts = whole(Shape.of(2), 1, -1);
        for (DType dtype : DType.values()) {
            TensorType x = TensorType.of(dtype, Shape.of(3, 4));
            all.add(one(new DynamicSlice(Ints.of(2, 2)), x, starts));
        }
        TensorType x = TensorType.f32(3, 4);
        int most = Integer.MAX_VALUE;
        all.add(one(new DynamicSlice(Ints.of(1, -1)), x, whole(Shape.of(2), most, most)));
        int least = Integer.MIN_VALUE;
        all.add(one(new DynamicSlice(Ints.of(3, 0)), x, whole(Shape.of(2), least, least)));
        all.add(one(new DynamicSlice(Ints.of()), TensorType.f32(), whole(Shape.of(0))));
        Tensor wide = Tensor.zeros(TensorType.of(DType.S64, Shape.of(2)));
        wide.longs()[0] = Long.MIN_VALUE;
        wide.longs()[1] = Long.MAX_VALUE;
        all.add(one(new DynamicSlice(Ints.of(1, 1)), x, wide));
        return all;
    }

    static List<OpCase> dynamicUpdateSlice() {
        List<OpCase> all = new ArrayList<>();
        for (DType dtype : DType.values()) {
            TensorType x = TensorType.of(dtype, Shape.of(3, 4));
            all.add(update(x, TensorType.of(dtype, Shape.of(1, 2)), 1, 3));
        }
        TensorType q = TensorType.s8(.5f, 3, 3, 4);
        all.add(update(q, q, 2, -9));
        all.add(update(q, TensorType.s8(.5f, 3, 0, 4), 2, 0));
        all.add(update(TensorType.f32(), TensorType.f32()));
        return all;
    }

    private static OpCase update(TensorType x, TensorType box, int... starts) {
        return new CaseBuilder("DynamicUpdateSlice " + x + " by " + box)
                .input("x", Fill.bits(x, DRAW))
                .input("box", Fill.bits(box, DRAW))
                .input("starts", whole(Shape.of(starts.length), starts))
                .build(new DynamicUpdateSlice());
    }

    static List<OpCase> reverseSequence() {
        List<OpCase> all = new ArrayList<>();
        Tensor lengths = whole(Shape.of(3), 0, 4, 2);
        for (DType dtype : DType.values()) {
            TensorType x = TensorType.of(dtype, Shape.of(3, 4));
            all.add(one(new ReverseSequence(1, 0), x, lengths));
        }
        all.add(one(new ReverseSequence(0, 2), TensorType.f32(4, 2, 3, 2), lengths));
        all.add(one(new ReverseSequence(1, 0), TensorType.f32(3, 4, 0), lengths));
        Tensor none = whole(Shape.of(0));
        all.add(one(new ReverseSequence(1, 0), TensorType.f32(0, 4), none));
        return all;
    }

    static List<OpCase> oneHot() {
        List<OpCase> all = new ArrayList<>();
        Tensor indices = whole(Shape.of(2, 2), 0, 2, -1, 3);
        for (DType dtype : DType.values()) {
            TensorType type = TensorType.of(dtype, Shape.of());
            all.add(oneHot("" + dtype, new OneHot(3, 1), indices, type));
        }
        TensorType f32 = TensorType.f32();
        all.add(oneHot("of a scalar", new OneHot(4, 0), whole(Shape.of(), 3), f32));
        all.add(oneHot("along the last axis", new OneHot(2, 2), indices, f32));
        all.add(oneHot("of depth 0", new OneHot(0, 0), indices, f32));
        return all;
    }

    static List<OpCase> range() {
        Tensor start = whole(Shape.of(), Integer.MAX_VALUE - 1);
        List<OpCase> all = new ArrayList<>();
        all.add(range("that wraps", 4, start, whole(Shape.of(), 3)));
        all.add(range("of nothing", 0, start, start));
        Tensor third = Tensor.of(Shape.of(), 1 / 3f);
        all.add(range("of sums", 20, Tensor.of(Shape.of(), -0f), third));
        return all;
    }

    private static OpCase range(String name, int count, Tensor start, Tensor step) {
        return new CaseBuilder("Range " + name)
                .input("start", start)
                .constant("step", step)
                .build(new Range(count));
    }

    private static OpCase oneHot(String name, OneHot op, Tensor indices, TensorType type) {
        return new CaseBuilder("OneHot " + name)
                .input("indices", indices)
                .constant("on", Fill.bits(type, DRAW))
                .constant("off", Fill.bits(type, DRAW))
                .build(op);
    }

    private static Tensor whole(Shape shape, int... values) {
        return Tensor.of(shape, values);
    }

    private static OpCase one(Op op, TensorType x, Tensor indices, TensorType... updates) {
        String name = OpSet.standard().name(op) + " " + x + " by " + op + " at " + indices.shape();
        CaseBuilder b = new CaseBuilder(name + (updates.length > 0 ? " and updates" : ""));
        b.input("x", Fill.bits(x, DRAW)).input("indices", indices);
        for (TensorType t : updates) {
            b.input("updates", Fill.bits(t, DRAW));
        }
        return b.build(op);
    }
}
