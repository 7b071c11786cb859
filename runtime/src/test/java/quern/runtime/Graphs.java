package quern.runtime;

import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.activation.Softmax;
import quern.op.nn.FullyConnected;
import quern.op.shape.Reshape;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Graphs that several tests use. */
final class Graphs {
    private Graphs() {}

    /** {@code softmax(reshape(relu(x * w + b)))} on float32 numbers. */
    static Graph smallFloat() {
        GraphBuilder b = new GraphBuilder("small");
        String x = b.input("x", TensorType.f32(2, 3));
        String w =
                b.constant(
                        "w",
                        Tensor.of(Shape.of(4, 3), 1, 2, 3, -1, 0.5f, 0, 2, 2, -2, 0, 0, 0.25f));
        String bias = b.constant("b", Tensor.of(Shape.of(4), 0, 1, -1, 0.5f));
        String h = b.add("h", new FullyConnected(false, Activation.RELU), x, w, bias);
        String r = b.add("r", new Reshape(Ints.of(1, 8)), h);
        b.output(b.add("y", new Softmax(1, 1), r));
        return b.build();
    }
}
