package quern.graph;

import quern.tensor.TensorType;

/**
 * A named tensor of a graph.
 *
 * @param name unique in its graph, not empty
 * @param type element type, shape and quantization
 */
public record Value(String name, TensorType type) {}
