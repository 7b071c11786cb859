package quern.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
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
            case "Reshape" -> reshape(o, o.ints("shape"));
            case "Transpose" -> o.add("Transpose", List.of(x), "perm", o.ints("permutation"));
            case "Concat" -> o.add("Concat", o.allInputs(), "axis", o.integer("axis"));
            case "Tile" -> o.of("Tile", x, o.longs(o.ints("repeats")));
            case "BroadcastTo" -> o.of("Expand", x, o.longs(o.ints("shape")));
            case "TileBy" -> o.of("Tile", x, o.whole(1));
            case "BroadcastBy" -> o.of("Expand", x, o.whole(1));
            case "ReshapeBy" -> {
                if (o.flag("allow_zero") == 0) {
                    yield o.of("Reshape", x, o.whole(1));
                }
                o.requireOpset(14);
                yield o.add("Reshape", List.of(x, o.whole(1)), "allowzero", 1);
            }
            case "PadBy" -> o.of("Pad", x, o.whole(1), o.optional(2));
            case "SliceBy" -> {
                List<String> inputs = new ArrayList<>(List.of(x));
                for (int i = 1; i < o.inputs(); i++) {
                    inputs.add(o.has(i) ? o.whole(i) : "");
                }
                yield o.add("Slice", inputs);
            }
            case "Pad" -> pad(o, o.has(1) ? o.in(1) : padding(o));
            case "MirrorPad" -> mirrorPad(o);
            case "Slice" -> slice(o);
            case "DynamicSlice" -> dynamicSlice(o);
            case "DynamicUpdateSlice" -> update(o);
            case "Gather" -> gather(o);
            case "GatherNd" -> {
                int batch = o.attributes().integer("batch_dims", 0);
                yield o.add("GatherND", List.of(x, o.whole(1)), "batch_dims", batch);
            }
            case "ScatterNd" -> scatter(o);
            case "SpaceToBatch" -> spaceToBatch(o);
            case "BatchToSpace" -> batchToSpace(o);
            case "ReverseSequence" -> reverse(o);
            case "OneHot" -> oneHot(o);
            case "Range" -> {
                Tensor steps = count(o.output().dtype(), Shape.of(o.integer("count")));
                yield o.of("Add", o.of("Mul", o.constant(steps), o.in(1)), x);
            }
            default -> LayerWriters.write(o);
        };
    }

    /** The numbers from 0 on. */
    private static Tensor count(DType dtype, Shape shape) {
        Tensor t = Tensor.zeros(TensorType.of(dtype, shape));
        for (int i = 0; i < t.elements(); i++) {
            if (dtype == DType.F32) {
                t.setReal(i, i);
            } else {
                t.setInteger(i, i);
            }
        }
        return t;
    }

    private static String reshape(NodeWriter o, Ints shape) {
        int[] dims = shape.toArray();
        boolean copied = true;
        for (int i = 0; i < dims.length; i++) {
            Shape x = o.shape(0);
            copied &= dims[i] != 0 || i < x.rank() && x.word(i).equals("0");
        }
        if (shape.stream().allMatch(d -> d != 0) || copied && o.opset() < 14) {
            return o.of("Reshape", o.in(0), o.longs(shape));
        }
        o.requireOpset(14);
        String to = o.longs(Ints.of(o.output().shape().toArray()));
        return o.add("Reshape", List.of(o.in(0), to), "allowzero", 1);
    }

    private static String reshaped(NodeWriter o, String x, List<Integer> dims) {
        String to = o.longs(dims.stream().mapToLong(i -> i).toArray());
        if (!dims.contains(0)) {
            return o.of("Reshape", x, to);
        }
        o.requireOpset(14);
        return o.add("Reshape", List.of(x, to), "allowzero", 1);
    }

    /** The value of a Pad: the real number of the code that it adds. */
    private static String padding(NodeWriter o) {
        Tensor element = ((Pad) o.op()).element(o.type(0));
        if (o.type(0).quant() instanceof Quant.PerTensor q) {
            return o.scalar(q.scale() * (element.code(0) - q.zeroPoint()));
        }
        return o.constant(element);
    }

    private static String pad(NodeWriter o, String value) {
        IntStream pads = IntStream.concat(o.ints("before").stream(), o.ints("after").stream());
        return o.of("Pad", o.in(0), o.longs(pads.asLongStream().toArray()), value);
    }

    private static String mirrorPad(NodeWriter o) {
        Ints before = o.ints("before");
        if (o.flag("symmetric") == 0) {
            IntStream pads = IntStream.concat(before.stream(), o.ints("after").stream());
            String all = o.longs(pads.asLongStream().toArray());
            return o.add("Pad", List.of(o.in(0), all), "mode", "reflect");
        }
        String y = o.in(0);
        for (int axis = 0; axis < before.size(); axis++) {
            if (before.at(axis) + o.ints("after").at(axis) > 0) {
                int in = size(o, axis);
                int out = o.output().shape().dim(axis);
                int at = axis;
                MirrorPad op = (MirrorPad) o.op();
                y = chosen(o, y, axis, IntStream.range(0, out).map(i -> op.source(at, in, i)));
            }
        }
        return y;
    }

    /** Elements of an axis. */
    static String chosen(NodeWriter o, String x, int axis, IntStream indices) {
        String list = o.longs(indices.asLongStream().toArray());
        return o.add("Gather", List.of(x, list), "axis", axis);
    }

    private static int size(NodeWriter o, int axis) {
        if (o.shape(0).isSymbolic(axis)) {
            throw o.unsupported("the size of axis " + axis + " is not known");
        }
        return o.shape(0).dim(axis);
    }

    private static String slice(NodeWriter o) {
        Ints starts = o.ints("starts");
        Ints steps = o.attributes().ints("steps", Ints.repeat(1, starts.size()));
        Ints sizes = o.ints("sizes");
        LongStream.Builder begin = LongStream.builder();
        LongStream.Builder end = LongStream.builder();
        LongStream.Builder axes = LongStream.builder();
        LongStream.Builder by = LongStream.builder();
        boolean some = false;
        for (int axis = 0; axis < starts.size(); axis++) {
            int start = starts.at(axis);
            long step = steps.at(axis);
            if (start == 0 && step == 1 && sizes.at(axis) < 0) {
                continue;
            }
            some = true;
            long stop = start + step * sizes.at(axis);
            boolean beyond = start < 0 != stop < 0 && sizes.at(axis) > 0;
            boolean open = sizes.at(axis) < 0 || beyond;
            begin.add(start);
            end.add(!open ? stop : step > 0 ? Long.MAX_VALUE : Long.MIN_VALUE);
            axes.add(axis);
            by.add(step);
        }
        return some
                ? o.of("Slice", o.in(0), list(o, begin), list(o, end), list(o, axes), list(o, by))
                : o.in(0);
    }

    private static String list(NodeWriter o, LongStream.Builder numbers) {
        return o.longs(numbers.build().toArray());
    }

    /** Where a box begins, moved into the tensor. */
    private static String start(NodeWriter o, String start, long[] sizes) {
        long[] last = new long[sizes.length];
        for (int i = 0; i < last.length; i++) {
            last[i] = size(o, i) - sizes[i];
        }
        return o.of("Max", o.longs(new long[last.length]), o.of("Min", start, o.longs(last)));
    }

    private static String dynamicSlice(NodeWriter o) {
        int rank = o.shape(0).rank();
        long[] sizes = new long[rank];
        for (int i = 0; i < rank; i++) {
            int size = o.ints("sizes").at(i);
            sizes[i] = size < 0 ? size(o, i) : size;
        }
        String given = o.whole(1);
        String counted = o.of("Add", given, o.longs(Ints.of(o.shape(0).toArray())));
        String below = o.of("Less", given, o.longs(new long[rank]));
        String start = start(o, o.of("Where", below, counted, given), sizes);
        String axes = o.constant(count(DType.S64, Shape.of(rank)));
        return o.of("Slice", o.in(0), start, o.of("Add", start, o.longs(sizes)), axes);
    }

    private static String update(NodeWriter o) {
        int[] box = o.shape(1).toArray();
        int rank = box.length;
        if (rank == 0) {
            return o.in(1);
        }
        int[] dims = IntStream.range(0, rank + 1).map(i -> i < rank ? box[i] : rank).toArray();
        Tensor grid = Tensor.zeros(TensorType.of(DType.S64, Shape.of(dims)));
        for (int i = 0; i < grid.elements(); i++) {
            int place = i / rank;
            for (int k = rank - 1; k > i % rank; k--) {
                place /= box[k];
            }
            grid.setInteger(i, place % box[i % rank]);
        }
        long[] sizes = IntStream.of(box).asLongStream().toArray();
        String places = o.of("Add", o.constant(grid), start(o, o.whole(2), sizes));
        return o.of("ScatterND", o.in(0), places, o.in(1));
    }

    private static String gather(NodeWriter o) {
        int axis = o.integer("axis");
        int batch = o.attributes().integer("batch_dims", 0);
        if (batch == 0) {
            String at = o.type(1).dtype() == DType.S16 ? o.whole(1) : o.code(1);
            return o.add("Gather", List.of(o.in(0), at), "axis", axis);
        }
        if (batch != axis) {
            throw o.unsupported("ONNX gathers in batches along the axis behind them only");
        }
        String rows = o.of("Unsqueeze", o.whole(1), o.longs(-1));
        return o.add("GatherND", List.of(o.in(0), rows), "batch_dims", batch);
    }

    private static String scatter(NodeWriter o) {
        List<String> inputs = List.of(o.in(0), o.whole(1), o.in(2));
        if (o.flag("add") == 0) {
            return o.add("ScatterND", inputs);
        }
        if (o.type(0).dtype() == DType.BOOL) {
            throw o.unsupported("ONNX does not add truth values");
        }
        o.requireOpset(16);
        return o.add("ScatterND", inputs, "reduction", "add");
    }

    private static String spaceToBatch(NodeWriter o) {
        Ints block = o.ints("block");
        int m = block.size();
        String x = o.in(0);
        if (o.attributes().has("before")) {
            TensorType t =
                    o.type(0).isQuantized() ? TensorType.f32() : o.type(0).withShape(Shape.of());
            long[] pads = new long[2 * o.shape(0).rank()];
            for (int i = 0; i < m; i++) {
                pads[i + 1] = o.ints("before").at(i);
                pads[pads.length / 2 + i + 1] = o.ints("after").at(i);
            }
            x = o.of("Pad", x, o.longs(pads), o.constant(Tensor.zeros(t)));
        }
        List<Integer> split = new ArrayList<>(List.of(size(o, 0)));
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < m; i++) {
            split.add(o.output().shape().dim(i + 1));
            split.add(block.at(i));
            order.add(2 * i + 2);
        }
        order.add(0);
        for (int i = 0; i < m; i++) {
            order.add(2 * i + 1);
        }
        for (int axis = m + 1; axis < o.shape(0).rank(); axis++) {
            order.add(split.size());
            split.add(size(o, axis));
        }
        return reshaped(o, turned(o, reshaped(o, x, split), order), dims(o.output().shape()));
    }

    private static String turned(NodeWriter o, String x, List<Integer> order) {
        Ints perm = Ints.of(order.stream().mapToInt(i -> i).toArray());
        return o.add("Transpose", List.of(x), "perm", perm);
    }

    private static List<Integer> dims(Shape shape) {
        return IntStream.of(shape.toArray()).boxed().toList();
    }

    private static String batchToSpace(NodeWriter o) {
        Ints block = o.ints("block");
        int m = block.size();
        int places = block.stream().reduce(1, (a, b) -> a * b);
        List<Integer> split = new ArrayList<>(block.stream().boxed().toList());
        split.add(size(o, 0) / places);
        List<Integer> order = new ArrayList<>(List.of(m));
        List<Integer> joined = new ArrayList<>(List.of(size(o, 0) / places));
        for (int axis = 1; axis < o.shape(0).rank(); axis++) {
            split.add(size(o, axis));
            order.add(m + axis);
            joined.add(size(o, axis) * (axis <= m ? block.at(axis - 1) : 1));
            if (axis <= m) {
                order.add(axis - 1);
            }
        }
        String y = reshaped(o, turned(o, reshaped(o, o.in(0), split), order), joined);
        if (!o.attributes().has("before")) {
            return y;
        }
        long[] begin = o.ints("before").stream().asLongStream().toArray();
        long[] end = new long[m];
        long[] axes = new long[m];
        for (int i = 0; i < m; i++) {
            axes[i] = i + 1;
            end[i] = begin[i] + o.output().shape().dim(i + 1);
        }
        return o.of("Slice", y, o.longs(begin), o.longs(end), o.longs(axes));
    }

    private static String reverse(NodeWriter o) {
        int time = o.integer("axis");
        int batch = o.integer("batch_axis");
        if (time + batch == 1) {
            return o.add(
                    "ReverseSequence",
                    List.of(o.in(0), o.whole(1)),
                    "time_axis",
                    time,
                    "batch_axis",
                    batch);
        }
        List<Integer> order = new ArrayList<>(List.of(batch, time));
        IntStream.range(0, o.shape(0).rank())
                .filter(i -> i != batch && i != time)
                .forEach(order::add);
        List<Integer> back = IntStream.range(0, order.size()).map(order::indexOf).boxed().toList();
        List<String> inputs = List.of(turned(o, o.in(0), order), o.whole(1));
        String y = o.add("ReverseSequence", inputs, "time_axis", 1, "batch_axis", 0);
        return turned(o, y, back);
    }

    private static String oneHot(NodeWriter o) {
        int axis = o.integer("axis");
        int[] dims = Ints.repeat(1, o.shape(0).rank() - axis + 1).toArray();
        dims[0] = o.integer("depth");
        String places = o.constant(count(DType.S64, Shape.of(dims)));
        String is = o.of("Equal", o.of("Unsqueeze", o.whole(0), o.longs(axis)), places);
        return o.of("Where", is, o.in(1), o.in(2));
    }
}
