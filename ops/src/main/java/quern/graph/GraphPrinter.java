package quern.graph;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import quern.fixedpoint.RoundingMode;
import quern.numeric.ShortestDecimal;
import quern.op.Attributes;
import quern.op.OpSet;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Writes the text of a graph. */
final class GraphPrinter {
    /** The one name that a tensor of a {@code .qrn} file cannot have. */
    private static final String RESERVED = "__metadata__";

    private final StringBuilder out = new StringBuilder();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Set<String> reserved = new HashSet<>();

    GraphText print(Graph graph) {
        reserved.addAll(graph.constants().keySet());
        reserved.add(RESERVED);
        graph(graph, "", true);
        return new GraphText(out.toString(), tensors);
    }

    private void graph(Graph g, String indent, boolean top) {
        out.append(indent)
                .append("graph ")
                .append(name(g.name()))
                .append(" rounding=")
                .append(g.rounding().label())
                .append('\n');
        for (Value v : g.inputs()) {
            out.append(indent)
                    .append("input ")
                    .append(reference(g, v.name()))
                    .append(" : ")
                    .append(type(v.name(), v.type()))
                    .append('\n');
        }
        g.constants().forEach((n, t) -> constant(g, n, t, indent, top));
        for (State s : g.states()) {
            out.append(indent).append("state ").append(reference(g, s.value().name()));
            out.append(s.initial().isEmpty() ? "" : " init=" + reference(g, s.initial()));
            out.append(" next=").append(reference(g, s.next()));
            out.append(" : ").append(type(s.value().name(), s.value().type())).append('\n');
        }
        for (Node n : g.nodes()) {
            out.append(indent);
            node(g, n, indent);
        }
        for (String o : g.outputs()) {
            out.append(indent).append("output ").append(reference(g, o)).append('\n');
        }
    }

    private void constant(Graph g, String name, Tensor t, String indent, boolean top) {
        String stored = top && !name.equals(RESERVED) ? name : unused(name);
        tensors.put(stored, t);
        out.append(indent).append("const ").append(reference(g, name));
        out.append(stored.equals(name) ? "" : " data=@" + name(stored));
        out.append(" : ").append(type(name, t.type())).append('\n');
    }

    private void node(Graph g, Node n, String indent) {
        out.append(
                n.outputs().stream()
                        .map(v -> reference(g, v.name()))
                        .collect(Collectors.joining(", ")));
        out.append(" = ").append(OpSet.standard().name(n.op())).append('(');
        out.append(
                        n.inputs().stream()
                                .map(i -> i.isEmpty() ? "_" : reference(g, i))
                                .collect(Collectors.joining(", ")))
                .append(')');
        Attributes attributes = new Attributes();
        n.op().write(attributes);
        attributes.values().forEach((k, v) -> attribute(k, v, indent));
        RoundingMode mode = n.rounding();
        out.append(mode == g.rounding() ? "" : " rounding=" + mode.label());
        out.append(" : ")
                .append(
                        n.outputs().stream()
                                .map(v -> type(v.name(), v.type()))
                                .collect(Collectors.joining(", ")))
                .append('\n');
    }

    private void attribute(String key, Attributes.Value value, String indent) {
        out.append(' ').append(key).append('=');
        if (value instanceof Attributes.Whole v) {
            out.append(v.value());
        } else if (value instanceof Attributes.Real v) {
            out.append(ShortestDecimal.print(v.value()));
        } else if (value instanceof Attributes.Word v) {
            out.append(v.value());
        } else if (value instanceof Attributes.IntList v) {
            out.append(v.value());
        } else if (value instanceof Attributes.FloatList v) {
            out.append(v.value());
        } else if (value instanceof Attributes.Subgraph v) {
            out.append("{\n");
            graph(v.value(), indent + "    ", false);
            out.append(indent).append('}');
        }
    }

    private String type(String value, TensorType type) {
        String t = type.dtype() + type.shape().toString();
        Quant q = type.quant();
        String bits =
                q.bitWidth() == type.dtype().bits() || !q.isQuantized()
                        ? ""
                        : " bits=" + q.bitWidth();
        if (q instanceof Quant.PerTensor p) {
            return t
                    + " scale="
                    + ShortestDecimal.print(p.scale())
                    + " zero="
                    + p.zeroPoint()
                    + bits;
        } else if (q instanceof Quant.PerChannel p) {
            return t + " axis=" + p.axis() + lists(value, p.scales(), p.zeroPoints()) + bits;
        } else if (q instanceof Quant.PerBlock p) {
            return t
                    + " axis="
                    + p.axis()
                    + " block="
                    + p.blockSize()
                    + lists(value, p.scales(), p.zeroPoints())
                    + bits;
        }
        return t;
    }

    private String lists(String value, Floats scales, Ints zeros) {
        String scale = unused(value + ".scale");
        tensors.put(scale, Tensor.of(Shape.of(scales.size()), scales.toArray()));
        if (zeros.all(0)) {
            return " scale=@" + name(scale) + " zero=0";
        }
        String zero = unused(value + ".zero");
        tensors.put(
                zero,
                Tensor.view(TensorType.of(DType.S32, Shape.of(zeros.size())), zeros.toArray(), 0));
        return " scale=@" + name(scale) + " zero=@" + name(zero);
    }

    private String unused(String wanted) {
        String candidate = wanted;
        for (int i = 1; !reserved.add(candidate); i++) {
            candidate = wanted + "_" + i;
        }
        return candidate;
    }

    private static String reference(Graph g, String value) {
        return (g.constants().containsKey(value) ? "@" : "%") + name(value);
    }

    /**
     * A name as it is, or in double quotes with escapes if it holds anything but plain characters
     * or begins with a colon, which alone is a mark.
     */
    static String name(String name) {
        if (!name.isEmpty()
                && name.charAt(0) != ':'
                && name.chars().allMatch(GraphPrinter::isPlain)) {
            return name;
        }
        StringBuilder s = new StringBuilder("\"");
        for (char c : name.toCharArray()) {
            if (c == '"' || c == '\\') {
                s.append('\\').append(c);
            } else if (c < 0x20
                    || c == 0x7F
                    || c == '\u2028'
                    || c == '\u2029'
                    || c == '\u0085'
                    || Character.isSurrogate(c)) {
                s.append("\\u").append(String.format("%04x", (int) c));
            } else {
                s.append(c);
            }
        }
        return s.append('"').toString();
    }

    static boolean isPlain(int c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || List.of('_', '.', '/', ':', ';', '-', '+', '$').contains((char) c);
    }
}
