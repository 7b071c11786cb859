package quern.formats.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import quern.op.recurrent.Lstm;
import quern.op.recurrent.Lstm.Gate;
import quern.op.recurrent.Rnn;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Recurrent layers: the constant weights of all gates become one tensor. */
final class RecurrentWriters {
    private static final List<Gate> ORDER =
            List.of(Gate.INPUT, Gate.OUTPUT, Gate.FORGET, Gate.CELL);

    private RecurrentWriters() {}

    static List<String> write(NodeWriter o) {
        if (o.type(0).isQuantized()) {
            throw o.unsupported("recurrent layers on codes have no form there");
        }
        boolean lstm = o.op() instanceof Lstm;
        if (lstm) {
            requirePlain(o);
        }
        String function = o.attributes().word("activation", "tanh");
        if (!List.of("tanh", "sigmoid", "relu").contains(function)) {
            throw o.unsupported("activation " + function + " has no form there");
        }
        String f = function.substring(0, 1).toUpperCase(Locale.ROOT) + function.substring(1);
        List<Integer> w = lstm ? ORDER.stream().map(Gate::weights).toList() : List.of(Rnn.WEIGHTS);
        List<Integer> r =
                lstm ? ORDER.stream().map(Gate::recurrent).toList() : List.of(Rnn.RECURRENT);
        List<Integer> b = lstm ? ORDER.stream().map(Gate::bias).toList() : List.of(Rnn.BIAS);
        int cells = o.shape(w.get(0)).dim(0);
        boolean steps = o.shape(0).rank() == 3;
        boolean turn = steps && o.flag("time_major") == 0;
        String zero = o.longs(0);
        String x = o.in(0);
        if (turn) {
            x = turned(o, x);
        } else if (!steps) {
            x = o.of("Unsqueeze", x, zero);
        }
        List<Integer> biases = new ArrayList<>(b);
        biases.addAll(Collections.nCopies(b.size(), -1));
        List<String> inputs =
                new ArrayList<>(
                        List.of(
                                x,
                                stacked(o, w, cells),
                                stacked(o, r, cells),
                                stacked(o, biases, cells),
                                "",
                                o.of("Unsqueeze", o.in(1), zero)));
        List<Object> attributes = new ArrayList<>(List.of("hidden_size", cells));
        if (o.flag("reverse") == 1) {
            attributes.addAll(List.of("direction", "reverse"));
        }
        attributes.add("activations");
        attributes.add(lstm ? List.of("Sigmoid", f, f) : List.of(f));
        if (lstm) {
            inputs.add(o.of("Unsqueeze", o.in(Lstm.CELL_STATE), zero));
            List<Integer> p =
                    List.of(Gate.INPUT.peephole(), Gate.OUTPUT.peephole(), Gate.FORGET.peephole());
            if (p.stream().anyMatch(o::has)) {
                inputs.add(stacked(o, p, cells));
            }
        }
        String type = lstm ? "LSTM" : "RNN";
        List<String> made = o.add(lstm ? 3 : 2, type, inputs, attributes.toArray());
        List<String> results = new ArrayList<>();
        String y = o.of("Squeeze", made.get(0), steps ? o.longs(1) : o.longs(0, 1));
        results.add(turn ? turned(o, y) : y);
        made.subList(1, made.size()).forEach(s -> results.add(o.of("Squeeze", s, zero)));
        return results;
    }

    private static String turned(NodeWriter o, String x) {
        return o.add("Transpose", List.of(x), "perm", Ints.of(1, 0, 2));
    }

    private static void requirePlain(NodeWriter o) {
        boolean norm = ORDER.stream().anyMatch(g -> o.has(g.norm()));
        if (norm || o.has(Lstm.PROJECTION) || !o.has(Gate.INPUT.weights())) {
            throw o.unsupported(
                    "only an LSTM of four gates without projection and norm has a form");
        }
        if (o.real("cell_clip", 0) != 0) {
            throw o.unsupported("ONNX limits gates, not the cell state");
        }
    }

    /** Constant inputs one after another along their first axis; -1 and absent ones are zeros. */
    private static String stacked(NodeWriter o, List<Integer> inputs, int cells) {
        int columns =
                o.has(inputs.get(0)) && o.shape(inputs.get(0)).rank() == 2
                        ? o.shape(inputs.get(0)).dim(1)
                        : 0;
        int size = cells * Math.max(1, columns);
        Shape shape =
                columns > 0
                        ? Shape.of(1, inputs.size() * cells, columns)
                        : Shape.of(1, inputs.size() * cells);
        Tensor all = Tensor.zeros(TensorType.of(DType.F32, shape));
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i) >= 0 && o.has(inputs.get(i))) {
                Tensor t = o.constant(inputs.get(i), "its weights");
                System.arraycopy(t.floats(), t.offset(), all.floats(), i * size, size);
            }
        }
        return o.constant(all);
    }
}
