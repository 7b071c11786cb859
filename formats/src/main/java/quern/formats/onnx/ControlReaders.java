package quern.formats.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import quern.graph.Graph;
import quern.op.control.If;
import quern.op.control.Loop;
import quern.op.dynamic.ShapeOf;
import quern.op.shape.Concat;
import quern.op.shape.Gather;
import quern.op.shape.Reshape;
import quern.op.shape.Slice;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Graphs that are chosen or repeated. A choice that constants make is made at once, and few
 * repetitions of a known number become the nodes of each.
 */
final class ControlReaders {
    /** Most repetitions that are written out, and most nodes that they may have together. */
    private static final int MOST_REPETITIONS = 1024;

    private static final int MOST_NODES = 1 << 14;

    private ControlReaders() {}

    static void branch(OnnxNode o) {
        ProtoGraph yes = o.graph("then_branch");
        ProtoGraph no = o.graph("else_branch");
        Optional<Tensor> known = o.constant(0);
        if (known.isPresent()) {
            OnnxScope inside = o.scope().inside(o.scope().graph());
            List<String> made = inside.run(known.get().integer(0) != 0 ? yes : no);
            for (int i = 0; i < Math.min(o.outputs(), made.size()); i++) {
                o.alias(i, made.get(i));
            }
            return;
        }
        OnnxScope a = o.scope().inside(o.scope().graph().inside("then", Set.of()));
        OnnxScope b = o.scope().inside(o.scope().graph().inside("else", Set.of()));
        List<String> outputsA = a.run(yes);
        List<String> outputsB = b.run(no);
        Set<String> all = new LinkedHashSet<>(a.captured().keySet());
        all.addAll(b.captured().keySet());
        List<String> from = new ArrayList<>(List.of(o.input(0)));
        from.addAll(all);
        Graph then = a.graph().build(inputs(a, o.scope(), all), outputsA);
        Graph other = b.graph().build(inputs(b, o.scope(), all), outputsB);
        o.emitAll(new If(then, other), from, then.outputs().size());
    }

    /** What a graph inside takes for these values of the graph around. */
    private static List<String> inputs(OnnxScope inside, OnnxScope around, Set<String> values) {
        return values.stream().map(v -> inside.capture(around, v)).toList();
    }

    /** One repetition: from its number, whether it began, and the variables to what it returns. */
    private interface Step {
        List<String> run(OnnxScope scope, String number, String on, List<String> variables);
    }

    static void loop(OnnxNode o) {
        ProtoGraph body = o.graph("body");
        int variables = o.inputs() - 2;
        if (body.inputs().size() != 2 + variables || body.outputs().size() < 1 + variables) {
            throw o.error(
                    "its body takes "
                            + body.inputs().size()
                            + " values and returns "
                            + body.outputs().size()
                            + ", which does not fit "
                            + variables
                            + " variables");
        }
        List<String> first = new ArrayList<>();
        for (int i = 0; i < variables; i++) {
            first.add(o.input(2 + i));
        }
        Step step =
                (scope, number, on, now) -> {
                    scope.set(body.inputs().get(0).name(), number);
                    scope.set(body.inputs().get(1).name(), on);
                    for (int i = 0; i < variables; i++) {
                        scope.set(body.inputs().get(2 + i).name(), now.get(i));
                    }
                    return scope.run(body);
                };
        Optional<Tensor> most = o.constant(0);
        Optional<Tensor> begins = o.constant(1);
        boolean counted =
                (!o.has(1) || begins.isPresent() && begins.get().integer(0) != 0)
                        && isAlwaysTrue(body);
        if (counted && most.isPresent() && isShort(most.get().integer(0), body)) {
            List<List<String>> collected = new ArrayList<>();
            List<String> last =
                    written(o, (int) most.get().integer(0), first, step, true, collected);
            for (int i = 0; i < variables; i++) {
                o.alias(i, last.get(i));
            }
            for (int k = variables; k < body.outputs().size() - 1; k++) {
                int value = k - variables;
                o.alias(k, stacked(o, collected.stream().map(c -> c.get(value)).toList(), 0));
            }
            return;
        }
        int outputs = body.outputs().size() - 1;
        List<String> from = new ArrayList<>();
        from.add(o.has(0) ? one(o, o.input(0)) : "");
        from.add(o.has(1) ? one(o, o.input(1)) : "");
        from.addAll(first);
        Loop op = loop(o, first, step, from);
        o.emitAll(op, from, outputs);
    }

    private static String one(OnnxNode o, String value) {
        return o.shape(value).rank() == 0 ? value : o.reshape(value);
    }

    private static boolean isShort(long times, ProtoGraph body) {
        return times > 0
                && times <= MOST_REPETITIONS
                && times * Math.max(1, body.nodes().size()) <= MOST_NODES;
    }

    /** Whether a body goes on whenever it began. */
    private static boolean isAlwaysTrue(ProtoGraph body) {
        String name = body.outputs().get(0).name();
        for (int hops = 0; hops <= body.nodes().size(); hops++) {
            String now = name;
            if (now.equals(body.inputs().get(1).name())) {
                return true;
            }
            Optional<ProtoNode> maker =
                    body.nodes().stream().filter(n -> n.outputs().contains(now)).findFirst();
            if (maker.isEmpty() || !maker.get().op().equals("Identity")) {
                return false;
            }
            name = maker.get().inputs().get(0);
        }
        return false;
    }

    /** The nodes of all repetitions; returns the last variables. */
    private static List<String> written(
            OnnxNode o,
            int times,
            List<String> first,
            Step step,
            boolean condition,
            List<List<String>> collected) {
        List<String> now = first;
        Tensor on = Tensor.zeros(TensorType.of(DType.BOOL, Shape.of()));
        on.setInteger(0, 1);
        for (int i = 0; i < times; i++) {
            Tensor number = Tensor.zeros(TensorType.of(DType.S64, Shape.of()));
            number.setInteger(0, i);
            OnnxScope inside = o.scope().inside(o.scope().graph());
            List<String> made = step.run(inside, o.constant(number), o.constant(on), now);
            int skip = condition ? 1 : 0;
            now = made.subList(skip, skip + first.size());
            collected.add(made.subList(skip + first.size(), made.size()));
        }
        return now;
    }

    /** Values along a new axis. */
    private static String stacked(OnnxNode o, List<String> parts, int axis) {
        List<String> all = new ArrayList<>();
        for (String part : parts) {
            int rank = o.shape(part).rank();
            int[] dims =
                    IntStream.rangeClosed(0, rank)
                            .map(i -> i == axis ? 1 : -1 - (i < axis ? i : i - 1))
                            .toArray();
            all.add(o.reshape(part, dims));
        }
        return all.size() == 1 ? all.get(0) : o.add(new Concat(axis), 1, all).get(0);
    }

    /**
     * A loop whose body is a graph of its own; the values that it captures are added to the inputs.
     * If a variable comes back in another shape, its body is read again with unknown dimensions.
     */
    private static Loop loop(OnnxNode o, List<String> first, Step step, List<String> from) {
        List<Shape> shapes = new ArrayList<>();
        first.forEach(f -> shapes.add(o.shape(f)));
        for (int attempt = 0; ; attempt++) {
            Set<String> symbols = new LinkedHashSet<>();
            shapes.forEach(
                    s ->
                            s.words().stream()
                                    .filter(w -> w.startsWith("loop_"))
                                    .forEach(symbols::add));
            OnnxGraph body = o.scope().graph().inside("body", symbols);
            OnnxScope inside = o.scope().inside(body);
            List<String> inputs = new ArrayList<>();
            inputs.add(input(body, "number", TensorType.of(DType.S64, Shape.of())));
            inputs.add(input(body, "on", TensorType.of(DType.BOOL, Shape.of())));
            List<String> now = new ArrayList<>();
            for (int i = 0; i < first.size(); i++) {
                TensorType type = o.type(first.get(i)).withShape(shapes.get(i));
                now.add(input(body, "variable" + i, type));
            }
            inputs.addAll(now);
            List<String> made = step.run(inside, inputs.get(0), inputs.get(1), now);
            boolean same = true;
            for (int i = 0; i < first.size(); i++) {
                same &= widen(o, shapes, i, body.type(made.get(1 + i)).shape());
            }
            if (same || attempt > first.size() + 8) {
                Map<String, String> captured = inside.captured();
                inputs.addAll(captured.values());
                from.addAll(captured.keySet());
                return new Loop(body.build(inputs, made), first.size());
            }
        }
    }

    /** Makes dimensions unknown in which a variable comes back otherwise; whether none does. */
    private static boolean widen(OnnxNode o, List<Shape> shapes, int i, Shape back) {
        Shape s = shapes.get(i);
        if (back.rank() != s.rank()) {
            throw o.unsupported(
                    "variable " + i + " has " + s.rank() + " dimensions, then " + back.rank());
        }
        List<String> words = new ArrayList<>(s.words());
        for (int axis = 0; axis < words.size(); axis++) {
            String word = words.get(axis);
            if (!word.equals(back.word(axis)) && !word.startsWith("loop_")) {
                words.set(axis, "loop_" + i + "_" + axis);
            }
        }
        shapes.set(i, Shape.of(words));
        return words.equals(s.words());
    }

    private static String input(OnnxGraph graph, String name, TensorType type) {
        String fresh = graph.fresh(name);
        graph.input(fresh, type);
        return fresh;
    }

    static void scan(OnnxNode o) {
        if (o.opset() < 9) {
            batches(o);
            return;
        }
        List<String> all = o.allInputs();
        int scanned = o.integer("num_scan_inputs");
        if (scanned < 1 || scanned > all.size()) {
            throw o.error("num_scan_inputs must be 1 to " + all.size());
        }
        int states = all.size() - scanned;
        int[] axes = o.ints("scan_input_axes", new int[scanned]);
        int[] turned = o.ints("scan_input_directions", new int[scanned]);
        List<String> results = scan(o, all, states, axes, turned);
        for (int i = 0; i < results.size(); i++) {
            o.alias(i, results.get(i));
        }
    }

    /** Opset 8: a first axis of batches, each of which is scanned along the next axis. */
    private static void batches(OnnxNode o) {
        if (o.has(0)) {
            throw o.unsupported("sequences of several lengths are not there");
        }
        List<String> all = new ArrayList<>();
        for (int i = 1; i < o.inputs(); i++) {
            all.add(o.input(i));
        }
        int scanned = o.integer("num_scan_inputs");
        Shape x = o.shape(all.get(all.size() - 1));
        if (scanned < 1 || scanned > all.size() || x.rank() < 2 || x.isSymbolic(0)) {
            throw o.unsupported("the number of batches must be known");
        }
        int[] turned = o.ints("directions", new int[scanned]);
        List<List<String>> results = new ArrayList<>();
        for (int b = 0; b < x.dim(0); b++) {
            String index = o.constant(Tensor.of(Shape.of(), b));
            List<String> batch = new ArrayList<>();
            for (String value : all) {
                batch.add(o.add(new Gather(0, 0), value, index));
            }
            int states = all.size() - scanned;
            results.add(scan(o, batch, states, new int[scanned], turned));
        }
        for (int i = 0; i < o.outputs(); i++) {
            int value = i;
            o.alias(i, stacked(o, results.stream().map(r -> r.get(value)).toList(), 0));
        }
    }

    private static List<String> scan(
            OnnxNode o, List<String> all, int states, int[] axes, int[] turned) {
        ProtoGraph body = o.graph("body");
        int scanned = all.size() - states;
        int outputs = body.outputs().size() - states;
        int[] outAxes = o.ints("scan_output_axes", new int[Math.max(0, outputs)]);
        int[] outTurned = o.ints("scan_output_directions", new int[Math.max(0, outputs)]);
        if (body.inputs().size() != all.size()
                || outputs < 0
                || axes.length != scanned
                || turned.length != scanned
                || outAxes.length != outputs
                || outTurned.length != outputs) {
            throw o.error("its body, axes or directions do not fit its inputs");
        }
        List<String> sequences = new ArrayList<>();
        for (int i = 0; i < scanned; i++) {
            sequences.add(sequence(o, all.get(states + i), axes[i], turned[i] != 0));
        }
        Step step =
                (scope, number, on, now) -> {
                    for (int i = 0; i < states; i++) {
                        scope.set(body.inputs().get(i).name(), now.get(i));
                    }
                    for (int i = 0; i < scanned; i++) {
                        OnnxGraph g = scope.graph();
                        String from =
                                g == o.scope().graph()
                                        ? sequences.get(i)
                                        : scope.capture(o.scope(), sequences.get(i));
                        String part = g.fresh(body.inputs().get(states + i).name());
                        g.add(new Gather(0, 0), List.of(from, number), List.of(part));
                        scope.set(body.inputs().get(states + i).name(), part);
                    }
                    return scope.run(body);
                };
        List<String> first = all.subList(0, states);
        Shape length = o.shape(sequences.get(0));
        if (!length.isSymbolic(0) && isShort(length.dim(0), body)) {
            List<List<String>> collected = new ArrayList<>();
            List<String> results =
                    new ArrayList<>(written(o, length.dim(0), first, step, false, collected));
            for (int k = 0; k < outputs; k++) {
                int value = k;
                List<String> parts =
                        new ArrayList<>(collected.stream().map(c -> c.get(value)).toList());
                if (outTurned[k] != 0) {
                    Collections.reverse(parts);
                }
                int rank = o.shape(parts.get(0)).rank() + 1;
                results.add(stacked(o, parts, o.axis(outAxes[k], rank)));
            }
            return results;
        }
        return looped(o, first, step, sequences.get(0), outAxes, outTurned);
    }

    /** A scan as a loop, for a length that is long or not known. */
    private static List<String> looped(
            OnnxNode o,
            List<String> first,
            Step step,
            String sequence,
            int[] outAxes,
            int[] outTurned) {
        String shape = o.add(new ShapeOf(), sequence);
        String most = o.add(new Reshape(Ints.of()), o.add(Slice.of(Ints.of(0), Ints.of(1)), shape));
        List<String> from = new ArrayList<>(List.of(most, ""));
        from.addAll(first);
        Step going =
                (scope, number, on, now) -> {
                    List<String> made = new ArrayList<>(List.of(on));
                    made.addAll(step.run(scope, number, on, now));
                    return made;
                };
        Loop op = loop(o, first, going, from);
        List<String> made = o.add(op, first.size() + outAxes.length, from);
        List<String> results = new ArrayList<>(made.subList(0, first.size()));
        for (int k = 0; k < outAxes.length; k++) {
            String y = made.get(first.size() + k);
            int rank = o.shape(y).rank();
            if (outTurned[k] != 0) {
                y = turned(o, y);
            }
            int axis = o.axis(outAxes[k], rank);
            int[] order =
                    IntStream.range(0, rank)
                            .map(i -> i == axis ? 0 : i < axis ? i + 1 : i)
                            .toArray();
            results.add(axis == 0 ? y : o.add(new Transpose(Ints.of(order)), y));
        }
        return results;
    }

    /** What is scanned, with its elements along the first axis. */
    private static String sequence(OnnxNode o, String x, int axis, boolean backward) {
        int rank = o.shape(x).rank();
        int along = o.axis(axis, rank);
        String first = x;
        if (along != 0) {
            int[] order =
                    IntStream.range(0, rank)
                            .map(i -> i == 0 ? along : i <= along ? i - 1 : i)
                            .toArray();
            first = o.add(new Transpose(Ints.of(order)), x);
        }
        return backward ? turned(o, first) : first;
    }

    /** From the last element of the first axis to the first. */
    private static String turned(OnnxNode o, String x) {
        Shape s = o.shape(x);
        if (s.isSymbolic(0)) {
            throw o.unsupported("backward, the length must be known");
        }
        int[] at = IntStream.range(0, s.dim(0)).map(i -> s.dim(0) - 1 - i).toArray();
        return o.add(new Gather(0, 0), x, o.list(at));
    }
}
