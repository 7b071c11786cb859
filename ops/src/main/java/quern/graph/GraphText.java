package quern.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import quern.error.FormatException;
import quern.op.OpSet;
import quern.tensor.Tensor;

/**
 * A graph as readable text and the tensors that the text refers to by {@code @name}: constants, and
 * the scales and zero points of quantizations with more than one.
 *
 * <p>The same graph gives the same text on every JVM, and {@link #parse} gives back an equal graph.
 * The grammar is in the README of the formats folder.
 *
 * @param text lines that end with a line feed
 * @param tensors by name, in the order of their first mention
 */
public record GraphText(String text, Map<String, Tensor> tensors) {
    public GraphText {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** The text of a graph. */
    public static GraphText of(Graph graph) {
        return new GraphPrinter().print(graph);
    }

    /**
     * The graph that this text describes; every tensor must be referred to.
     *
     * @param metadata of the graph, which the text does not hold
     * @throws FormatException with the line number if the text or a tensor it names is wrong
     */
    public Graph parse(Map<String, String> metadata) {
        return parse(metadata, OpSet.standard());
    }

    /** The same with other operators than the standard ones. */
    Graph parse(Map<String, String> metadata, OpSet ops) {
        return new GraphParser(text, tensors, ops).parse(metadata);
    }
}
