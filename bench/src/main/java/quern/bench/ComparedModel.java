package quern.bench;

import java.util.List;
import quern.graph.Graph;
import quern.tensor.Tensor;

/**
 * A model in the form of each of two runtimes.
 *
 * @param name of the file it came from, without its ending
 * @param precision {@code FP32}, {@code INT8} or {@code INT8-S8S8}
 * @param small whether it is listed apart
 * @param graph what Quern runs
 * @param onnx what ONNX Runtime runs
 * @param inputs of both, in the model's order
 */
record ComparedModel(
        String name,
        String precision,
        boolean small,
        Graph graph,
        byte[] onnx,
        List<Tensor> inputs) {}
