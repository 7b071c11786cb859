package quern.cases;

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

/** Operators that move elements to or from places which an input tells. */
final class IndexCases {
    private IndexCases() {}

    static OpCase gather(Draw d) {
        int[] x = d.shape(1, 4, 200).toArray();
        int axis = d.between(0, x.length - 1);
        int batch = d.chance(60) ? 0 : d.between(0, axis);
        int[] extra = d.shape(0, 2, 20).toArray();
        int[] dims = new int[batch + extra.length];
        System.arraycopy(x, 0, dims, 0, batch);
        System.arraycopy(extra, 0, dims, batch, extra.length);
        Tensor indices = indices(d, Shape.of(dims), x[axis] == 0 ? 1 : x[axis]);
        x[axis] = Math.max(1, x[axis]);
        return moved(d, x).operand("indices", indices, d.chance(60)).build(new Gather(axis, batch));
    }

    static OpCase gatherNd(Draw d) {
        int[] x = positive(d.shape(1, 4, 200));
        int batch = d.chance(60) ? 0 : d.between(0, x.length - 1);
        int depth = d.between(0, x.length - batch);
        int[] extra = d.shape(0, 2, 20).toArray();
        int[] dims = new int[batch + extra.length + 1];
        System.arraycopy(x, 0, dims, 0, batch);
        System.arraycopy(extra, 0, dims, batch, extra.length);
        dims[dims.length - 1] = depth;
        Tensor indices = rows(d, Shape.of(dims), x, batch);
        return moved(d, x).operand("indices", indices, d.chance(60)).build(new GatherNd(batch));
    }

    static OpCase scatterNd(Draw d) {
        int[] x = positive(d.shape(1, 4, 200));
        int depth = d.between(0, x.length);
        int[] extra = d.shape(0, 2, 20).toArray();
        int[] dims = new int[extra.length + 1];
        System.arraycopy(extra, 0, dims, 0, extra.length);
        dims[extra.length] = depth;
        int[] parts = new int[extra.length + x.length - depth];
        System.arraycopy(extra, 0, parts, 0, extra.length);
        System.arraycopy(x, depth, parts, extra.length, x.length - depth);
        boolean add = d.chance(50);
        DType dtype = d.pick(DType.F32, DType.S32, DType.S64, DType.BOOL, DType.U8, DType.S16);
        TensorType type =
                add ? TensorType.of(dtype, Shape.of(x)) : ShapeCases.wholeBytes(d, Shape.of(x));
        return new CaseBuilder("")
                .input("x", Fill.bits(type, d))
                .operand("indices", rows(d, Shape.of(dims), x, 0), d.chance(60))
                .input("updates", Fill.bits(type.withShape(Shape.of(parts)), d))
                .build(new ScatterNd(add));
    }

    static OpCase dynamicSlice(Draw d) {
        int[] x = d.shape(1, 4, 300).toArray();
        int[] sizes = new int[x.length];
        for (int axis = 0; axis < x.length; axis++) {
            sizes[axis] = d.chance(30) ? -1 : d.between(Math.min(1, x[axis]), x[axis]);
        }
        return moved(d, x)
                .operand("starts", starts(d, x), d.chance(70))
                .build(new DynamicSlice(Ints.of(sizes)));
    }

    static OpCase dynamicUpdateSlice(Draw d) {
        int[] x = d.shape(1, 4, 300).toArray();
        int[] box = new int[x.length];
        for (int axis = 0; axis < x.length; axis++) {
            box[axis] = d.between(Math.min(1, x[axis]), x[axis]);
        }
        TensorType type = ShapeCases.wholeBytes(d, Shape.of(x));
        return new CaseBuilder("")
                .input("x", Fill.bits(type, d))
                .operand("box", Fill.bits(type.withShape(Shape.of(box)), d), d.chance(70))
                .operand("starts", starts(d, x), d.chance(70))
                .build(new DynamicUpdateSlice());
    }

    static OpCase reverseSequence(Draw d) {
        int[] x = d.shape(2, 4, 200).toArray();
        int axis = d.between(0, x.length - 1);
        int batch = (axis + d.between(1, x.length - 1)) % x.length;
        Tensor lengths = whole(d, Shape.of(x[batch]));
        for (int i = 0; i < lengths.elements(); i++) {
            lengths.setInteger(i, d.between(0, x[axis]));
        }
        return moved(d, x)
                .operand("lengths", lengths, d.chance(70))
                .build(new ReverseSequence(axis, batch));
    }

    static OpCase oneHot(Draw d) {
        Shape shape = d.shape(0, 3, 50);
        int depth = d.between(0, 6);
        Tensor indices = whole(d, shape);
        for (int i = 0; i < indices.elements(); i++) {
            indices.setInteger(i, d.between(-2, depth + 1));
        }
        TensorType type = ShapeCases.wholeBytes(d, Shape.of());
        return new CaseBuilder("")
                .input("indices", indices)
                .operand("on", Fill.bits(type, d), d.chance(20))
                .operand("off", Fill.bits(type, d), d.chance(20))
                .build(new OneHot(depth, d.between(0, shape.rank())));
    }

    static OpCase range(Draw d) {
        TensorType type = TensorType.of(d.pick(DType.F32, DType.S32, DType.S64), Shape.of());
        return new CaseBuilder("")
                .operand("start", Fill.bits(type, d), d.chance(70))
                .operand("step", Fill.bits(type, d), d.chance(30))
                .build(new Range(d.between(0, 30)));
    }

    private static CaseBuilder moved(Draw d, int[] x) {
        return new CaseBuilder("").input("x", Fill.bits(ShapeCases.wholeBytes(d, Shape.of(x)), d));
    }

    private static int[] positive(Shape shape) {
        int[] dims = shape.toArray();
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = Math.max(1, dims[axis]);
        }
        return dims;
    }

    /** Zeros of any type that indices may have. */
    private static Tensor whole(Draw d, Shape shape) {
        DType dtype = d.pick(DType.S32, DType.S32, DType.S64, DType.S16);
        return Tensor.zeros(TensorType.of(dtype, shape));
    }

    /** Indices of an axis, some counted from its end. */
    private static Tensor indices(Draw d, Shape shape, int dim) {
        Tensor t = whole(d, shape);
        for (int i = 0; i < t.elements(); i++) {
            t.setInteger(i, d.between(d.chance(20) ? -dim : 0, dim - 1));
        }
        return t;
    }

    /** Rows of indices along the axes behind the batch. */
    private static Tensor rows(Draw d, Shape shape, int[] x, int batch) {
        Tensor t = whole(d, shape);
        int depth = shape.dim(shape.rank() - 1);
        for (int i = 0; i < t.elements(); i++) {
            int dim = x[batch + i % depth];
            t.setInteger(i, d.between(d.chance(20) ? -dim : 0, dim - 1));
        }
        return t;
    }

    private static Tensor starts(Draw d, int[] x) {
        Tensor t = whole(d, Shape.of(x.length));
        for (int axis = 0; axis < x.length; axis++) {
            t.setInteger(axis, d.between(d.chance(20) ? -x[axis] - 2 : 0, x[axis] + 2));
        }
        return t;
    }
}
