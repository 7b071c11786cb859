package quern.formats.onnx;

import java.util.Arrays;
import quern.op.shape.MirrorPad;
import quern.op.shape.Pad;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Operators that move elements, choose some of them or count. */
final class MoveWriters {
    private MoveWriters() {}

    static String write(NodeWriter o) {
        String x = o.in(0);
        return switch (o.name()) {
            case "Reshape" -> reshape(o);
            case "Pad" -> o.of("Pad", x, pads(o, 0), o.has(1) ? o.in(1) : padding(o));
            case "MirrorPad" -> mirrored(o);
            case "Slice" -> slice(o);
            case "DynamicSlice" -> box(o);
            case "DynamicUpdateSlice" -> update(o);
            case "Gather" -> gather(o);
            case "SpaceToBatch" -> spaceToBatch(o);
            case "BatchToSpace" -> batchToSpace(o);
            case "ReverseSequence" -> reverse(o);
            case "OneHot" -> oneHot(o);
            case "Range" -> {
                String steps = count(o, o.output().dtype(), o.integer("count"));
                yield o.of("Add", o.of("Mul", steps, o.in(1)), x);
            }
            default -> LayerWriters.write(o);
        };
    }

    private static int batchDims(NodeWriter o) {
        return o.attributes().integer("batch_dims", 0);
    }

    /** The numbers from 0 on. */
    private static String count(NodeWriter o, DType dtype, int... dims) {
        Tensor t = Tensor.zeros(TensorType.of(dtype, Shape.of(dims)));
        for (int i = 0; i < t.elements(); i++) {
            if (dtype == DType.F32) {
                t.setReal(i, i);
            } else {
                t.setInteger(i, i);
            }
        }
        return o.constant(t);
    }

    private static String reshape(NodeWriter o) {
        Ints shape = o.ints("shape");
        for (int i = 0; i < shape.size(); i++) {
            if (shape.at(i) == 0) {
                return reshaped(o, o.in(0), o.output().shape().toArray());
            }
        }
        return o.of("Reshape", o.in(0), o.longs(shape));
    }

    /** A tensor of known dimensions under others. */
    private static String reshaped(NodeWriter o, String x, int... dims) {
        String to = o.longs(Ints.of(dims));
        for (int d : dims) {
            if (d == 0) {
                o.require(14);
                return o.of("Reshape allowzero", x, to, 1);
            }
        }
        return o.of("Reshape", x, to);
    }

    private static String turned(NodeWriter o, String x, int... order) {
        return o.of("Transpose perm", x, Ints.of(order));
    }

    /** What is added before and after each axis; the first of the attributes are of this axis. */
    private static String pads(NodeWriter o, int first) {
        int rank = o.shape(0).rank();
        long[] pads = new long[2 * rank];
        Ints before = o.ints("before");
        for (int i = 0; i < before.size(); i++) {
            pads[first + i] = before.at(i);
            pads[rank + first + i] = o.ints("after").at(i);
        }
        return o.longs(pads);
    }

    /** The value of a Pad: the real number of the code that it adds. */
    private static String padding(NodeWriter o) {
        Tensor element = ((Pad) o.op()).element(o.type(0));
        return o.type(0).quant() instanceof Quant.PerTensor q
                ? o.scalar(q.scale() * (element.code(0) - q.zeroPoint()))
                : o.constant(element);
    }

    private static String mirrored(NodeWriter o) {
        if (o.flag("symmetric") == 0) {
            return o.of("Pad mode", o.in(0), pads(o, 0), "reflect");
        }
        String y = o.in(0);
        MirrorPad op = (MirrorPad) o.op();
        for (int axis = 0; axis < op.before().size(); axis++) {
            if (op.before().at(axis) + op.after().at(axis) > 0) {
                long[] indices = new long[o.output().shape().dim(axis)];
                for (int i = 0; i < indices.length; i++) {
                    indices[i] = op.source(axis, o.size(axis), i);
                }
                y = o.of("Gather axis", y, o.longs(indices), axis);
            }
        }
        return y;
    }

    private static String slice(NodeWriter o) {
        Ints starts = o.ints("starts");
        int rank = starts.size();
        Ints steps = o.attributes().ints("steps", Ints.repeat(1, rank));
        long[] begin = new long[rank];
        long[] end = new long[rank];
        long[] axes = new long[rank];
        long[] by = new long[rank];
        int n = 0;
        for (int axis = 0; axis < rank; axis++) {
            int size = o.ints("sizes").at(axis);
            begin[n] = starts.at(axis);
            by[n] = steps.at(axis);
            axes[n] = axis;
            end[n] = begin[n] + by[n] * size;
            if (size < 0 || size > 0 && begin[n] < 0 != end[n] < 0) {
                end[n] = by[n] > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
            }
            n += begin[n] == 0 && by[n] == 1 && size < 0 ? 0 : 1;
        }
        return n == 0
                ? o.in(0)
                : o.of(
                        "Slice",
                        o.in(0),
                        list(o, begin, n),
                        list(o, end, n),
                        list(o, axes, n),
                        list(o, by, n));
    }

    private static String list(NodeWriter o, long[] numbers, int n) {
        return o.longs(Arrays.copyOf(numbers, n));
    }

    /** Where a box begins, moved into the tensor. */
    private static String inside(NodeWriter o, String start, long[] sizes) {
        long[] last = new long[sizes.length];
        for (int i = 0; i < last.length; i++) {
            last[i] = o.size(i) - sizes[i];
        }
        return o.of("Max", o.longs(new long[last.length]), o.of("Min", start, o.longs(last)));
    }

    private static String box(NodeWriter o) {
        int rank = o.shape(0).rank();
        long[] sizes = new long[rank];
        for (int i = 0; i < rank; i++) {
            sizes[i] = o.ints("sizes").at(i) < 0 ? o.size(i) : o.ints("sizes").at(i);
        }
        String given = o.whole(1);
        String counted = o.of("Add", given, o.of("Shape", o.code(0)));
        String below = o.of("Less", given, o.longs(new long[rank]));
        String start = inside(o, o.of("Where", below, counted, given), sizes);
        String end = o.of("Add", start, o.longs(sizes));
        return o.of("Slice", o.in(0), start, end, count(o, DType.S64, rank));
    }

    private static String update(NodeWriter o) {
        int[] box = o.shape(1).toArray();
        int rank = box.length;
        if (rank == 0) {
            return o.in(1);
        }
        int[] dims = Arrays.copyOf(box, rank + 1);
        dims[rank] = rank;
        Tensor grid = Tensor.zeros(TensorType.of(DType.S64, Shape.of(dims)));
        for (int i = 0; i < grid.elements(); i++) {
            int place = i / rank;
            for (int k = rank - 1; k > i % rank; k--) {
                place /= box[k];
            }
            grid.setInteger(i, place % box[i % rank]);
        }
        long[] sizes = new long[rank];
        for (int i = 0; i < rank; i++) {
            sizes[i] = box[i];
        }
        String places = o.of("Add", o.constant(grid), inside(o, o.whole(2), sizes));
        return o.of("ScatterND", o.in(0), places, o.in(1));
    }

    private static String gather(NodeWriter o) {
        int axis = o.integer("axis");
        if (batchDims(o) == 0) {
            String at = o.type(1).dtype() == DType.S16 ? o.whole(1) : o.code(1);
            return o.of("Gather axis", o.in(0), at, axis);
        }
        if (batchDims(o) != axis) {
            throw o.unsupported("ONNX gathers in batches along the axis behind them only");
        }
        String rows = o.of("Unsqueeze", o.whole(1), o.longs(-1));
        return o.of("GatherND batch_dims", o.in(0), rows, axis);
    }

    private static String spaceToBatch(NodeWriter o) {
        int[] block = o.ints("block").toArray();
        int m = block.length;
        int rank = o.shape(0).rank();
        String x = o.in(0);
        if (o.attributes().has("before")) {
            TensorType t = o.type(0).isQuantized() ? TensorType.f32() : o.type(0);
            String zero = o.constant(Tensor.zeros(t.withShape(Shape.of())));
            x = o.of("Pad", x, pads(o, 1), zero);
        }
        int[] split = new int[rank + m];
        int[] order = new int[rank + m];
        split[0] = o.size(0);
        for (int i = 1; i < rank; i++) {
            int at = i <= m ? 2 * i - 1 : i + m;
            split[at] = i <= m ? o.output().shape().dim(i) : o.size(i);
            order[m + i] = at;
            if (i <= m) {
                split[at + 1] = block[i - 1];
                order[i - 1] = at + 1;
            }
        }
        return reshaped(o, turned(o, reshaped(o, x, split), order), o.output().shape().toArray());
    }

    private static String batchToSpace(NodeWriter o) {
        int[] block = o.ints("block").toArray();
        int m = block.length;
        int rank = o.shape(0).rank();
        int[] split = Arrays.copyOf(block, rank + m);
        int[] order = new int[rank + m];
        int[] joined = new int[rank];
        joined[0] = o.size(0);
        for (int b : block) {
            joined[0] /= b;
        }
        split[m] = joined[0];
        order[0] = m;
        for (int i = 1; i < rank; i++) {
            int at = i <= m ? 2 * i - 1 : i + m;
            split[m + i] = o.size(i);
            order[at] = m + i;
            joined[i] = o.size(i);
            if (i <= m) {
                order[at + 1] = i - 1;
                joined[i] *= block[i - 1];
            }
        }
        String y = reshaped(o, turned(o, reshaped(o, o.in(0), split), order), joined);
        if (!o.attributes().has("before")) {
            return y;
        }
        long[] end = new long[m];
        long[] axes = new long[m];
        for (int i = 0; i < m; i++) {
            axes[i] = i + 1;
            end[i] = o.ints("before").at(i) + o.output().shape().dim(i + 1);
        }
        return o.of("Slice", y, o.longs(o.ints("before")), o.longs(end), o.longs(axes));
    }

    private static String reverse(NodeWriter o) {
        int time = o.integer("axis");
        int batch = o.integer("batch_axis");
        if (time + batch == 1) {
            return o.of("ReverseSequence time_axis batch_axis", o.in(0), o.whole(1), time, batch);
        }
        int rank = o.shape(0).rank();
        int[] order = new int[rank];
        int[] back = new int[rank];
        int next = 2;
        for (int i = 0; i < rank; i++) {
            back[i] = i == batch ? 0 : i == time ? 1 : next++;
            order[back[i]] = i;
        }
        String x = turned(o, o.in(0), order);
        return turned(o, o.of("ReverseSequence time_axis batch_axis", x, o.whole(1), 1, 0), back);
    }

    private static String oneHot(NodeWriter o) {
        int axis = o.integer("axis");
        int[] dims = Ints.repeat(1, o.shape(0).rank() - axis + 1).toArray();
        dims[0] = o.integer("depth");
        String wide = o.of("Unsqueeze", o.whole(0), o.longs(axis));
        return o.of("Where", o.of("Equal", wide, count(o, DType.S64, dims)), o.in(1), o.in(2));
    }
}
