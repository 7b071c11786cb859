package quern.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import quern.cli.UserException;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Value;
import quern.rewrite.Binding;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** Numbers for the symbolic dimensions of a model's inputs. */
final class InputShapes {
    @Option(
            names = "--shape",
            paramLabel = "NAME=d,d,..",
            description =
                    "shape of an input with symbolic dimensions; a fixed shape may be repeated")
    private List<String> given = new ArrayList<>();

    /** The shapes by the names of the inputs, all static. */
    Map<String, Shape> of(Graph graph) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (String words : given) {
            int split = words.lastIndexOf('=');
            Value input =
                    graph.inputs().stream()
                            .filter(v -> split > 0 && v.name().equals(words.substring(0, split)))
                            .findFirst()
                            .orElseThrow(() -> noInput(graph, words));
            Shape shape = shape(words, words.substring(split + 1));
            if (!input.type().shape().accepts(shape)) {
                throw new UserException(
                        "--shape "
                                + words
                                + ": input "
                                + input.name()
                                + (input.type().shape().isStatic()
                                        ? " has the fixed shape "
                                        : " is ")
                                + input.type().shape());
            }
            shapes.put(input.name(), shape);
        }
        return shapes;
    }

    private static UserException noInput(Graph graph, String words) {
        return new UserException(
                "--shape "
                        + words
                        + ": the model has no such input; it has "
                        + String.join(", ", graph.inputs().stream().map(Value::name).toList()));
    }

    private static Shape shape(String words, String dims) {
        try {
            Shape shape =
                    dims.isBlank()
                            ? Shape.of()
                            : Shape.of(Stream.of(dims.split(",", -1)).map(String::trim).toList());
            if (shape.isStatic()) {
                return shape;
            }
        } catch (FormatException e) {
            throw new UserException("--shape " + words + ": " + e.getMessage(), e);
        }
        throw new UserException("--shape " + words + ": every dimension must be a number");
    }

    /**
     * A graph for the given shapes.
     *
     * @throws UserException if a shape is missing
     */
    Graph bound(Graph graph) {
        Map<String, Shape> shapes = of(graph);
        if (Binding.isStatic(graph)) {
            return graph;
        }
        List<TensorType> types = new ArrayList<>();
        for (Value v : graph.inputs()) {
            Shape shape = shapes.getOrDefault(v.name(), v.type().shape());
            if (!shape.isStatic()) {
                throw new UserException(
                        "input "
                                + v.name()
                                + " is "
                                + v.type()
                                + "; give its dimensions with --shape "
                                + v.name()
                                + "=d,d,..");
            }
            types.add(v.type().withShape(shape));
        }
        return Binding.bind(graph, types);
    }
}
