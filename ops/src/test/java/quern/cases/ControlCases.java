package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Activation;
import quern.op.Op;
import quern.op.control.If;
import quern.op.control.Loop;
import quern.op.control.While;
import quern.op.logic.Less;
import quern.op.math.Add;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Loops whose number of repetitions is that of the leading true flags among their variables, and
 * branches.
 */
final class ControlCases {
    private static final TensorType FLAG = TensorType.of(DType.BOOL, Shape.of());
    private static final Add ADD = new Add(Activation.NONE);

    private ControlCases() {}

    static OpCase loop(Draw d) {
        RoundingMode mode = d.rounding();
        Tensor x = value(d);
        int flags = d.upTo(1, 6);
        Graph body = body(x.type(), step(x.type(), d), flags, d.chance(50), mode);
        List<Tensor> first = new ArrayList<>(List.of(x));
        for (int i = 0; i < flags; i++) {
            first.add(flag(d.chance(80)));
        }
        return build("", mode, new While(cond(x.type(), flags), body), first, d.chance(20));
    }

    static OpCase branch(Draw d) {
        RoundingMode mode = d.rounding();
        Tensor x = value(d);
        Op op = new If(adding(x.type(), step(x.type(), d), mode), same(x.type()));
        return build("", mode, op, List.of(flag(d.chance(50)), x), d.chance(20));
    }

    /** Counts and adds, collects what it adds to, and perhaps stops early. */
    static OpCase counted(Draw d) {
        RoundingMode mode = d.rounding();
        Tensor x = value(d);
        int most = d.upTo(1, 5);
        int stop = d.chance(50) ? d.between(0, 6) : 99;
        boolean begin = d.chance(90);
        int times = begin ? Math.min(most, stop + 1) : 0;
        return counted("", mode, x, step(x.type(), d), most, stop, begin, times);
    }

    private static OpCase counted(
            String name,
            RoundingMode mode,
            Tensor x,
            Tensor k,
            int most,
            int stop,
            boolean begin,
            int times) {
        TensorType count = TensorType.of(DType.S64, Shape.of());
        GraphBuilder body = new GraphBuilder("body").rounding(mode);
        body.input("i", count);
        body.input("on", FLAG);
        body.input("x", x.type());
        body.input("k", k.type());
        body.constant("stop", whole(stop));
        body.output(body.add("more", new Less(), "i", "stop"));
        body.output(body.add("sum", ADD, x.type().quant(), "x", "k"));
        body.output("x").output("i");
        Op op = new Loop(body.build(), 1);
        GraphBuilder g = new GraphBuilder("case").rounding(mode);
        List<String> in =
                List.of(
                        g.input("most", count),
                        g.input("begin", FLAG),
                        g.input("x", x.type()),
                        g.constant("k", k));
        List<String> words = new ArrayList<>(List.of(Integer.toString(times)));
        words.addAll(x.shape().words());
        List<Value> outputs =
                List.of(
                        new Value("y", x.type()),
                        new Value("all", x.type().withShape(Shape.of(words))),
                        new Value("counts", TensorType.of(DType.S64, Shape.of(times))));
        g.add(new Node(op, in, outputs, mode));
        outputs.forEach(v -> g.output(v.name()));
        return new OpCase(name, g.build(), List.of(whole(most), flag(begin), x));
    }

    private static Tensor whole(int value) {
        Tensor t = Tensor.zeros(TensorType.of(DType.S64, Shape.of()));
        t.setInteger(0, value);
        return t;
    }

    static List<OpCase> awkwardCounted() {
        Tensor x = Tensor.of(Shape.of(2), 1f, Float.NaN);
        Tensor k = Tensor.of(Shape.of(2), 0.5f, -0f);
        RoundingMode mode = RoundingMode.FLOAT_EVEN;
        return List.of(
                counted("Loop of no repetition", mode, x, k, 0, 9, true, 0),
                counted("Loop that does not begin", mode, x, k, 4, 9, false, 0),
                counted("Loop that stops at once", mode, x, k, 4, 0, true, 1),
                counted("Loop to the end", mode, x, k, 3, 9, true, 3),
                counted(
                        "Loop of scalars",
                        mode,
                        Tensor.of(Shape.of(), 2f),
                        Tensor.of(Shape.of(), 1f),
                        3,
                        9,
                        true,
                        3));
    }

    static List<OpCase> awkwardLoop() {
        List<OpCase> all = new ArrayList<>();
        TensorType type = TensorType.f32(2);
        Tensor x = Tensor.of(Shape.of(2), 1f, Float.NaN);
        Graph body = body(type, Tensor.of(Shape.of(2), 0.1f, 1f), 3, true, RoundingMode.DOUBLE);
        for (int trues = 0; trues <= 3; trues++) {
            List<Tensor> first = new ArrayList<>(List.of(x));
            for (int i = 0; i < 3; i++) {
                first.add(flag(i < trues));
            }
            all.add(
                    build(
                            "loop " + trues + " times",
                            RoundingMode.DOUBLE,
                            new While(cond(type, 3), body),
                            first,
                            false));
        }
        all.add(exchange());
        all.add(nested());
        return all;
    }

    static List<OpCase> awkwardBranch() {
        List<OpCase> all = new ArrayList<>();
        TensorType type = TensorType.f32(2);
        Tensor x = Tensor.of(Shape.of(2), 1f, -0f);
        Graph adding = adding(type, Tensor.of(Shape.of(2), 0.1f, 1f), RoundingMode.DOUBLE);
        for (boolean yes : new boolean[] {true, false}) {
            for (boolean constant : new boolean[] {true, false}) {
                all.add(
                        build(
                                "branch " + yes + (constant ? ", constant" : ""),
                                RoundingMode.DOUBLE,
                                new If(adding, same(type)),
                                List.of(flag(yes), x),
                                constant));
            }
        }
        return all;
    }

    /** Two variables change places, and one is passed on as it is. */
    private static OpCase exchange() {
        TensorType type = TensorType.s8(0.5f, 3, 2);
        GraphBuilder body = new GraphBuilder("body");
        for (String name : List.of("a", "b", "c", "f0", "f1")) {
            body.input(name, name.startsWith("f") ? FLAG : type);
        }
        body.constant("end", flag(false));
        List.of("b", "a", "c", "f1", "end").forEach(body::output);
        GraphBuilder cond = new GraphBuilder("cond");
        for (String name : List.of("a", "b", "c", "f0", "f1")) {
            cond.input(name, name.startsWith("f") ? FLAG : type);
        }
        cond.output("f0");
        List<Tensor> first =
                List.of(
                        Tensor.of(type, (byte) 1, (byte) 2),
                        Tensor.of(type, (byte) 3, (byte) 4),
                        Tensor.of(type, (byte) 5, (byte) 6),
                        flag(true),
                        flag(false));
        Op op = new While(cond.build(), body.build());
        return build("variables change places", RoundingMode.DOUBLE, op, first, false);
    }

    /** A loop in a branch in a loop. */
    private static OpCase nested() {
        TensorType type = TensorType.f32(2);
        Graph inner = body(type, Tensor.of(Shape.of(2), 1f, 2f), 2, false, RoundingMode.DOUBLE);
        Op loop = new While(cond(type, 2), inner);
        GraphBuilder yes = new GraphBuilder("yes");
        yes.input("x", type);
        yes.constant("on", flag(true));
        yes.add(node(loop, List.of("x", "on", "on"), List.of(type, FLAG, FLAG)));
        yes.output("y0");
        GraphBuilder outer = new GraphBuilder("outer");
        outer.input("x", type);
        outer.input("f0", FLAG);
        outer.input("f1", FLAG);
        outer.constant("end", flag(false));
        outer.add(node(new If(yes.build(), same(type)), List.of("f1", "x"), List.of(type)));
        outer.output("y0").output("f1").output("end");
        Op op = new While(cond(type, 2), outer.build());
        List<Tensor> first = List.of(Tensor.of(Shape.of(2), 0f, 5f), flag(true), flag(true));
        return build("a loop in a branch in a loop", RoundingMode.DOUBLE, op, first, false);
    }

    private static Node node(Op op, List<String> from, List<TensorType> types) {
        List<Value> outputs = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            outputs.add(new Value("y" + i, types.get(i)));
        }
        return new Node(op, from, outputs, RoundingMode.DOUBLE);
    }

    private static OpCase build(
            String name, RoundingMode mode, Op op, List<Tensor> first, boolean constant) {
        GraphBuilder g = new GraphBuilder("case").rounding(mode);
        List<String> names = new ArrayList<>();
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            Tensor t = first.get(i);
            if (constant && i == 0) {
                names.add(g.constant("v" + i, t));
            } else {
                names.add(g.input("v" + i, t.type()));
                inputs.add(t);
            }
        }
        List<Value> outputs = new ArrayList<>();
        for (TensorType t : g.infer("y", op, names)) {
            outputs.add(new Value("y" + outputs.size(), t));
        }
        g.add(new Node(op, names, outputs, mode));
        outputs.forEach(v -> g.output(v.name()));
        return new OpCase(name, g.build(), inputs);
    }

    /** The first flag decides. */
    private static Graph cond(TensorType x, int flags) {
        GraphBuilder g = new GraphBuilder("cond");
        g.input("x", x);
        for (int i = 0; i < flags; i++) {
            g.input("f" + i, FLAG);
        }
        return g.output("f0").build();
    }

    /** {@code x = x + k}, perhaps by way of a transpose; the flags move up. */
    private static Graph body(
            TensorType x, Tensor k, int flags, boolean turn, RoundingMode rounding) {
        GraphBuilder g = new GraphBuilder("body").rounding(rounding);
        g.input("x", x);
        for (int i = 0; i < flags; i++) {
            g.input("f" + i, FLAG);
        }
        g.constant("k", k);
        g.constant("end", flag(false));
        g.add("sum", ADD, x.quant(), "x", "k");
        g.output(
                turn && x.shape().rank() == 1
                        ? g.add("turned", new Transpose(Ints.of(0)), "sum")
                        : "sum");
        for (int i = 1; i < flags; i++) {
            g.output("f" + i);
        }
        return g.output("end").build();
    }

    private static Graph adding(TensorType x, Tensor k, RoundingMode mode) {
        GraphBuilder g = new GraphBuilder("adding").rounding(mode);
        g.input("x", x);
        g.constant("k", k);
        return g.output(g.add("sum", ADD, x.quant(), "x", "k")).build();
    }

    private static Graph same(TensorType x) {
        GraphBuilder g = new GraphBuilder("same");
        return g.output(g.input("x", x)).build();
    }

    private static Tensor value(Draw d) {
        Shape shape = d.shape(0, 3, 30);
        return d.chance(40)
                ? Fill.reals(shape, d)
                : Fill.codes(Types.activation(d, shape, 0.05), d);
    }

    private static Tensor step(TensorType x, Draw d) {
        return x.isQuantized() ? Fill.codes(x, d) : Fill.reals(x.shape(), d);
    }

    private static Tensor flag(boolean set) {
        Tensor t = Tensor.zeros(FLAG);
        t.setInteger(0, set ? 1 : 0);
        return t;
    }
}
