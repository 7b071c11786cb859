package quern.formats.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import quern.op.Activation;
import quern.op.activation.Elu;
import quern.op.activation.LeakyRelu;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.activation.Tanh;
import quern.op.dynamic.BroadcastBy;
import quern.op.dynamic.ShapeOf;
import quern.op.logic.Less;
import quern.op.logic.Select;
import quern.op.math.Abs;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Mul;
import quern.op.math.Sub;
import quern.op.nn.FullyConnected;
import quern.op.quantize.Cast;
import quern.op.shape.Concat;
import quern.op.shape.Slice;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Recurrent layers, step by step: what the inputs of all steps contribute is one product, then each
 * step is a few nodes of its own.
 */
final class RecurrentReaders {
    private static final int MOST_STEPS = 1024;

    private final OnnxNode o;
    private final int gates;
    private final int hidden;
    private final int directions;
    private final int steps;
    private final boolean batchFirst;
    private final String x;
    private final List<String> activations;
    private final float[] alpha;
    private final float[] beta;

    /** The state of a layer between two steps. */
    private record State(String h, String c) {}

    /** One step of a layer: from what the input contributes and the state to the next state. */
    private interface Cell {
        State step(Direction d, String input, State before);
    }

    /**
     * The weights of a direction.
     *
     * @param number 0, or 1 for the second one
     * @param recurrent weights of the state [gates * hidden, hidden]
     * @param bias of the state [gates * hidden], or empty
     * @param peepholes [3 * hidden], or empty
     */
    private record Direction(int number, String recurrent, String bias, String peepholes) {}

    private RecurrentReaders(OnnxNode o, int gates, List<String> usual) {
        this.o = o;
        this.gates = gates;
        this.hidden = o.hasAttribute("hidden_size") ? o.integer("hidden_size") : o.shape(2).dim(2);
        String direction = o.text("direction", "forward");
        this.directions = direction.equals("bidirectional") ? 2 : 1;
        this.batchFirst = o.flag("layout", false);
        this.x = batchFirst ? o.add(new Transpose(Ints.of(1, 0, 2)), o.input(0)) : o.input(0);
        if (o.shape(x).isSymbolic(0)) {
            throw o.unsupported("the number of its steps must be known");
        }
        this.steps = o.shape(x).dim(0);
        if (steps < 1 || steps > MOST_STEPS) {
            throw o.unsupported(steps + " steps are not from 1 to " + MOST_STEPS);
        }
        List<String> all = new ArrayList<>(o.texts("activations"));
        while (all.size() < usual.size() * directions) {
            all.addAll(usual);
        }
        this.activations = all;
        this.alpha = o.reals("activation_alpha");
        this.beta = o.reals("activation_beta");
    }

    static void rnn(OnnxNode o) {
        RecurrentReaders r = new RecurrentReaders(o, 1, List.of("Tanh"));
        r.read(
                (d, input, before) -> {
                    String sum = r.sum(input, r.recurrent(d, before.h(), d.recurrent(), d.bias()));
                    return new State(r.activation(d, 0, 1, sum), "");
                });
    }

    static void gru(OnnxNode o) {
        RecurrentReaders r = new RecurrentReaders(o, 3, List.of("Sigmoid", "Tanh"));
        boolean linear = o.flag("linear_before_reset", false);
        r.read((d, input, before) -> r.gruStep(d, input, before, linear));
    }

    static void lstm(OnnxNode o) {
        RecurrentReaders r = new RecurrentReaders(o, 4, List.of("Sigmoid", "Tanh", "Tanh"));
        r.read(r::lstmStep);
    }

    private State gruStep(Direction d, String input, State before, boolean linear) {
        String all = recurrent(d, before.h(), d.recurrent(), d.bias());
        String z = activation(d, 0, 2, sum(part(input, 0, 1), part(all, 0, 1)));
        String r = activation(d, 0, 2, sum(part(input, 1, 1), part(all, 1, 1)));
        String inner;
        if (linear) {
            inner = o.add(new Mul(Activation.NONE), r, part(all, 2, 1));
        } else {
            String reset = o.add(new Mul(Activation.NONE), r, before.h());
            String bias = d.bias().isEmpty() ? "" : cut(d.bias(), 0, 2 * hidden, hidden);
            inner = recurrent(d, reset, cut(d.recurrent(), 0, 2 * hidden, hidden), bias);
        }
        String candidate = activation(d, 1, 2, sum(part(input, 2, 1), inner));
        String fresh =
                o.add(
                        new Mul(Activation.NONE),
                        o.add(new Sub(Activation.NONE), o.scalar(1f), z),
                        candidate);
        String kept = o.add(new Mul(Activation.NONE), z, before.h());
        return new State(o.add(new Add(Activation.NONE), fresh, kept), "");
    }

    private State lstmStep(Direction d, String input, State before) {
        String all = sum(input, recurrent(d, before.h(), d.recurrent(), d.bias()));
        String i = activation(d, 0, 3, peek(d, 0, part(all, 0, 1), before.c()));
        String f =
                o.flag("input_forget", false)
                        ? o.add(new Sub(Activation.NONE), o.scalar(1f), i)
                        : activation(d, 0, 3, peek(d, 2, part(all, 2, 1), before.c()));
        String candidate = activation(d, 1, 3, part(all, 3, 1));
        String kept = o.add(new Mul(Activation.NONE), f, before.c());
        String c =
                o.add(
                        new Add(Activation.NONE),
                        kept,
                        o.add(new Mul(Activation.NONE), i, candidate));
        String out = activation(d, 0, 3, peek(d, 1, part(all, 1, 1), c));
        String h = o.add(new Mul(Activation.NONE), out, activation(d, 2, 3, c));
        return new State(h, c);
    }

    /** A gate with what it sees of the cell. */
    private String peek(Direction d, int number, String gate, String cell) {
        if (d.peepholes().isEmpty()) {
            return gate;
        }
        String weights = cut(d.peepholes(), 0, number * hidden, hidden);
        return o.add(
                new Add(Activation.NONE), gate, o.add(new Mul(Activation.NONE), weights, cell));
    }

    private String sum(String a, String b) {
        return o.add(new Add(Activation.NONE), a, b);
    }

    private String recurrent(Direction d, String h, String weights, String bias) {
        var layer = new FullyConnected(true, Activation.NONE);
        return bias.isEmpty() ? o.add(layer, h, weights) : o.add(layer, h, weights, bias);
    }

    private String part(String gatesOfAll, int first, int count) {
        return cut(gatesOfAll, 1, first * hidden, count * hidden);
    }

    private String cut(String value, int axis, int start, int size) {
        return NnReaders.at(o, value, axis, start, 1, size);
    }

    private String activation(Direction d, int number, int count, String value) {
        int at = d.number() * count + number;
        String in = value;
        if (o.hasAttribute("clip")) {
            float clip = o.real("clip");
            in = o.add(new Minimum(), o.add(new Maximum(), in, o.scalar(-clip)), o.scalar(clip));
        }
        String name = activations.get(at);
        return switch (name) {
            case "Sigmoid" -> o.add(new Logistic(), in);
            case "Tanh" -> o.add(new Tanh(), in);
            case "Relu" -> o.add(new Relu(), in);
            case "LeakyRelu" -> o.add(new LeakyRelu(number(alpha, at, 0.01f)), in);
            case "Elu" -> o.add(new Elu(number(alpha, at, 1f)), in);
            case "Affine" -> affine(in, number(alpha, at, 1f), number(beta, at, 0f));
            case "HardSigmoid" -> {
                String line = affine(in, number(alpha, at, 0.2f), number(beta, at, 0.5f));
                yield o.add(new Minimum(), o.add(new Relu(), line), o.scalar(1f));
            }
            case "ScaledTanh" -> {
                String scaled = affine(in, number(beta, at, 1f), 0f);
                yield affine(o.add(new Tanh(), scaled), number(alpha, at, 1f), 0f);
            }
            case "Softsign" -> {
                String size = o.add(new Abs(), in);
                yield o.add(
                        new Div(Activation.NONE),
                        in,
                        o.add(new Add(Activation.NONE), size, o.scalar(1f)));
            }
            default -> throw o.unsupported("activation " + name + " is not there");
        };
    }

    private String affine(String x, float factor, float offset) {
        String scaled = factor == 1f ? x : o.add(new Mul(Activation.NONE), x, o.scalar(factor));
        return offset == 0f ? scaled : o.add(new Add(Activation.NONE), scaled, o.scalar(offset));
    }

    private static float number(float[] list, int i, float otherwise) {
        return i < list.length ? list[i] : otherwise;
    }

    /** One of the matrices of all directions. */
    private String of(int input, int direction) {
        int[] dims = o.shape(input).toArray();
        int[] rest = Arrays.copyOfRange(dims, 1, dims.length);
        return o.reshape(cut(o.input(input), 0, direction, 1), rest);
    }

    private void read(Cell cell) {
        List<String> outputs = new ArrayList<>();
        List<String> lastH = new ArrayList<>();
        List<String> lastC = new ArrayList<>();
        Optional<String> lengths = lengths();
        for (int d = 0; d < directions; d++) {
            boolean reverse = d == 1 || o.text("direction", "forward").equals("reverse");
            String bias = o.has(3) ? of(3, d) : "";
            int size = gates * hidden;
            String inputBias = bias.isEmpty() ? "" : cut(bias, 0, 0, size);
            String stateBias = bias.isEmpty() ? "" : cut(bias, 0, size, size);
            Direction direction = new Direction(d, of(2, d), stateBias, o.has(7) ? of(7, d) : "");
            String projected = recurrent(direction, x, of(1, d), inputBias);
            State state = new State(initial(5, d), gates == 4 ? initial(6, d) : "");
            String[] made = new String[steps];
            for (int s = 0; s < steps; s++) {
                int t = reverse ? steps - 1 - s : s;
                String input = o.reshape(cut(projected, 0, t, 1), -2, size);
                State next = cell.step(direction, input, state);
                made[t] = next.h();
                if (lengths.isPresent()) {
                    String active = o.add(new Less(), o.scalar(t), lengths.get());
                    made[t] = o.add(new Select(), active, next.h(), o.scalar(0f));
                    next =
                            new State(
                                    o.add(new Select(), active, next.h(), state.h()),
                                    next.c().isEmpty()
                                            ? ""
                                            : o.add(new Select(), active, next.c(), state.c()));
                }
                state = next;
            }
            List<String> rows = new ArrayList<>();
            for (String h : made) {
                rows.add(o.reshape(h, 1, 1, -1, hidden));
            }
            outputs.add(joined(0, rows));
            lastH.add(o.reshape(state.h(), 1, -1, hidden));
            lastC.add(state.c().isEmpty() ? "" : o.reshape(state.c(), 1, -1, hidden));
        }
        finish(0, joined(1, outputs), Ints.of(2, 0, 1, 3));
        finish(1, joined(0, lastH), Ints.of(1, 0, 2));
        if (o.wants(2)) {
            finish(2, joined(0, lastC), Ints.of(1, 0, 2));
        }
    }

    private String joined(int axis, List<String> parts) {
        return parts.size() == 1 ? parts.get(0) : o.add(new Concat(axis), 1, parts).get(0);
    }

    private void finish(int output, String value, Ints batchInFront) {
        if (o.wants(output)) {
            if (batchFirst) {
                o.emit(output, new Transpose(batchInFront), List.of(value));
            } else {
                o.alias(output, value);
            }
        }
    }

    /** The lengths of the sequences as a column of F32, unless all are as long as the input. */
    private Optional<String> lengths() {
        if (!o.has(4)) {
            return Optional.empty();
        }
        Optional<Tensor> known = o.constant(4);
        boolean all = known.isPresent();
        for (int i = 0; all && i < known.get().elements(); i++) {
            all = known.get().integer(i) == steps;
        }
        String column = all ? "" : o.reshape(o.add(new Cast(DType.F32), o.input(4)), -1, 1);
        return all ? Optional.empty() : Optional.of(column);
    }

    /** The first state of a direction [batch, hidden]. */
    private String initial(int input, int direction) {
        if (o.has(input)) {
            String all =
                    batchFirst
                            ? o.add(new Transpose(Ints.of(1, 0, 2)), o.input(input))
                            : o.input(input);
            return o.reshape(cut(all, 0, direction, 1), -2, hidden);
        }
        Shape s = o.shape(x);
        if (!s.isSymbolic(1)) {
            return o.constant(Tensor.of(Shape.of(s.dim(1), hidden), new float[s.dim(1) * hidden]));
        }
        String batch = o.add(Slice.of(Ints.of(1), Ints.of(1)), o.add(new ShapeOf(), x));
        String dims = o.add(new Concat(0), 1, List.of(batch, o.list(hidden))).get(0);
        return o.add(new BroadcastBy(), o.scalar(0f), dims);
    }
}
