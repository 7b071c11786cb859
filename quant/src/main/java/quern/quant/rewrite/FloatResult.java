package quern.quant.rewrite;

import java.util.Map;
import quern.graph.Graph;

/**
 * A graph between whose nodes all values stay float32.
 *
 * @param graph the graph
 * @param keptFloat names of nodes whose weights stay float32, each with the reason
 */
public record FloatResult(Graph graph, Map<String, String> keptFloat) {}
