package quern.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.fixedpoint.RoundingMode;
import quern.graph.GraphLexer.Kind;
import quern.graph.GraphLexer.Token;
import quern.numeric.ShortestDecimal;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpSet;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Reads the text of a graph. */
final class GraphParser {
    private static final int MAX_DEPTH = 16;

    private final GraphLexer lexer;
    private final TypeParser types;
    private final OpSet ops;
    private Token current;

    GraphParser(String text, Map<String, Tensor> tensors, OpSet ops) {
        this.ops = ops;
        this.lexer = new GraphLexer(text);
        this.types = new TypeParser(tensors);
        this.current = lexer.next();
    }

    Graph parse(Map<String, String> metadata) {
        Graph g = graph(metadata, 0);
        skipLines();
        if (peek().kind() != Kind.END) {
            throw error("\"" + peek().text() + "\" is not expected after the graph");
        }
        types.requireAllUsed();
        return g;
    }

    private Graph graph(Map<String, String> metadata, int depth) {
        if (depth > MAX_DEPTH) {
            throw error("graphs are nested more than " + MAX_DEPTH + " deep");
        }
        skipLines();
        expectWord("graph");
        String name = word("the graph's name");
        RoundingMode rounding = RoundingMode.DOUBLE;
        if (peek().kind() == Kind.WORD) {
            expectWord("rounding");
            mark("=");
            rounding = rounding(word("a rounding mode"));
        }
        List<Value> inputs = new ArrayList<>();
        List<State> states = new ArrayList<>();
        Map<String, Tensor> constants = new LinkedHashMap<>();
        List<Node> nodes = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        for (skipLines(); peek().kind() == Kind.VALUE || isStatement(); skipLines()) {
            int line = peek().line();
            try {
                if (peek().kind() == Kind.VALUE) {
                    nodes.add(node(rounding, depth));
                } else {
                    statement(next().text(), inputs, states, constants, outputs);
                }
            } catch (FormatException e) {
                throw e.where().startsWith("line ") ? e : e.within("line " + line);
            }
            if (peek().kind() != Kind.LINE) {
                throw error("\"" + peek().text() + "\" is not expected here");
            }
            next();
        }
        return new Graph(name, rounding, inputs, states, constants, nodes, outputs, metadata);
    }

    private boolean isStatement() {
        return peek().kind() == Kind.WORD
                && List.of("input", "const", "state", "output").contains(peek().text());
    }

    private void statement(
            String what,
            List<Value> inputs,
            List<State> states,
            Map<String, Tensor> constants,
            List<String> outputs) {
        switch (what) {
            case "input" -> {
                String name = reference();
                mark(":");
                inputs.add(new Value(name, type()));
            }
            case "output" -> outputs.add(reference());
            case "state" -> state(states);
            default -> constant(constants);
        }
    }

    private void state(List<State> states) {
        String name = reference();
        String initial = "";
        if (isWord("init")) {
            next();
            mark("=");
            initial = reference();
        }
        expectWord("next");
        mark("=");
        String next = reference();
        mark(":");
        states.add(new State(new Value(name, type()), initial, next));
    }

    private void constant(Map<String, Tensor> constants) {
        String name = reference();
        String stored = name;
        if (isWord("data")) {
            next();
            mark("=");
            stored = reference();
        }
        mark(":");
        Tensor typed = types.fit(stored, type());
        if (constants.put(name, typed) != null) {
            throw error("constant " + name + " is given twice");
        }
    }

    private Node node(RoundingMode rounding, int depth) {
        List<String> names = new ArrayList<>(List.of(reference()));
        while (isMark(",")) {
            next();
            names.add(reference());
        }
        mark("=");
        String opName = word("an operator");
        OpSet.Row row =
                ops.find(opName)
                        .orElseThrow(
                                () ->
                                        new UnsupportedOpException(
                                                opName,
                                                names.get(0),
                                                "this version of Quern does not know it; update Quern"));
        List<String> inputs = inputs();
        Attributes attributes = new Attributes();
        RoundingMode mode = rounding;
        while (peek().kind() == Kind.WORD) {
            String key = next().text();
            mark("=");
            if (key.equals("rounding")) {
                mode = rounding(word("a rounding mode"));
            } else {
                attributes.put(key, attribute(depth));
            }
        }
        Op op = row.read().apply(attributes);
        attributes.requireAllRead(opName);
        mark(":");
        List<Value> outputs = new ArrayList<>();
        for (String name : names) {
            if (!outputs.isEmpty()) {
                mark(",");
            }
            outputs.add(new Value(name, type()));
        }
        return new Node(op, inputs, outputs, mode);
    }

    private List<String> inputs() {
        List<String> inputs = new ArrayList<>();
        mark("(");
        while (!isMark(")")) {
            if (!inputs.isEmpty()) {
                mark(",");
            }
            if (isWord("_")) {
                next();
                inputs.add(Node.ABSENT);
            } else {
                inputs.add(reference());
            }
        }
        mark(")");
        return inputs;
    }

    private Attributes.Value attribute(int depth) {
        if (isMark("{")) {
            next();
            Graph g = graph(Map.of(), depth + 1);
            mark("}");
            return new Attributes.Subgraph(g);
        }
        if (isMark("[")) {
            return list();
        }
        String w = word("a value");
        if (!isNumber(w)) {
            return new Attributes.Word(w);
        }
        return w.matches("-?[0-9]{1,18}") && !w.equals("-0")
                ? new Attributes.Whole(Long.parseLong(w))
                : new Attributes.Real(real(w));
    }

    private Attributes.Value list() {
        List<String> words = words();
        if (words.stream().allMatch(GraphParser::isInt)) {
            return new Attributes.IntList(
                    Ints.of(words.stream().mapToInt(Integer::parseInt).toArray()));
        }
        float[] values = new float[words.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = real(words.get(i));
        }
        return new Attributes.FloatList(Floats.of(values));
    }

    private List<String> words() {
        List<String> words = new ArrayList<>();
        mark("[");
        while (!isMark("]")) {
            if (!words.isEmpty()) {
                mark(",");
            }
            words.add(word("a list element"));
        }
        mark("]");
        return words;
    }

    private TensorType type() {
        String dtype = word("an element type");
        List<String> dims = words();
        Map<String, TypeParser.Field> fields = new LinkedHashMap<>();
        while (peek().kind() == Kind.WORD) {
            String key = next().text();
            mark("=");
            Token t = peek();
            boolean tensor = t.kind() == Kind.CONSTANT;
            TypeParser.Field field =
                    new TypeParser.Field(tensor, tensor ? reference() : word("a value"));
            if (fields.put(key, field) != null) {
                throw error(key + " is given twice");
            }
        }
        return types.type(dtype, dims, fields);
    }

    static boolean isNumber(String w) {
        return w.matches("-?([0-9]|\\.[0-9]).*|nan|-?inf");
    }

    private static boolean isInt(String w) {
        return w.matches("-?[0-9]{1,10}")
                && !w.equals("-0")
                && Long.parseLong(w) == (int) Long.parseLong(w);
    }

    static float real(String w) {
        try {
            return ShortestDecimal.parseFloat(w);
        } catch (IllegalArgumentException e) {
            throw new FormatException("", "\"" + w + "\" is not a number");
        }
    }

    private RoundingMode rounding(String label) {
        try {
            return RoundingMode.parse(label);
        } catch (IllegalArgumentException e) {
            throw error(e.getMessage());
        }
    }

    private String reference() {
        if (peek().kind() != Kind.VALUE && peek().kind() != Kind.CONSTANT) {
            throw error("a value such as %x or @x was expected, not \"" + peek().text() + "\"");
        }
        return next().text();
    }

    private String word(String expected) {
        if (peek().kind() != Kind.WORD) {
            throw error(expected + " was expected");
        }
        return next().text();
    }

    private void expectWord(String expected) {
        if (!isWord(expected)) {
            throw error("\"" + expected + "\" was expected, not \"" + peek().text() + "\"");
        }
        next();
    }

    private void mark(String expected) {
        if (!isMark(expected)) {
            throw error(
                    "\""
                            + expected
                            + "\" was expected"
                            + (peek().text().isEmpty() ? "" : ", not \"" + peek().text() + "\""));
        }
        next();
    }

    private boolean isMark(String mark) {
        return peek().kind() == Kind.MARK && peek().text().equals(mark);
    }

    private boolean isWord(String word) {
        return peek().kind() == Kind.WORD && peek().text().equals(word);
    }

    private void skipLines() {
        while (peek().kind() == Kind.LINE) {
            next();
        }
    }

    private Token peek() {
        return current;
    }

    private Token next() {
        Token t = current;
        current = lexer.next();
        return t;
    }

    private FormatException error(String problem) {
        return new FormatException("line " + current.line(), problem);
    }
}
