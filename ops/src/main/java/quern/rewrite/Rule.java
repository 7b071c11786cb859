package quern.rewrite;

import quern.graph.Graph;

/**
 * One simplification. A rule is deterministic, keeps the names and types of graph inputs and
 * outputs, and makes the graph smaller whenever it changes it, so that applying rules until nothing
 * changes comes to an end.
 */
public interface Rule {
    /** A short name, such as {@code constant-folding}. */
    String name();

    /** The graph with this rule applied wherever it fits; the very same object if nowhere. */
    Graph apply(Graph graph);
}
