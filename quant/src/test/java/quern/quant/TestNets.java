package quern.quant;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Value;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Softmax;
import quern.op.math.Add;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.op.pooling.AveragePool2d;
import quern.op.shape.Reshape;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Small float networks with random weights, and data for them. */
final class TestNets {
    private static final Ints ONE = Ints.of(1, 1);

    private TestNets() {}

    /** Convolution, depthwise convolution, residual sum, pooling, classifier; seven nodes. */
    static Graph small() {
        Random r = new Random(1);
        GraphBuilder b = new GraphBuilder("small").metadata("preprocessing", "[1,2]");
        String x = b.input("image", TensorType.f32(1, 8, 8, 3));
        String cw = b.constant("conv.w", random(r, Shape.of(6, 3, 3, 3), 0.4));
        String cb = b.constant("conv.b", random(r, Shape.of(6), 0.3));
        Conv2d conv = new Conv2d(ONE, ONE, Padding.SAME, 1, Activation.RELU);
        String c = b.add("conv", conv, x, cw, cb);
        String dw = b.constant("depthwise.w", random(r, Shape.of(1, 3, 3, 6), 0.4));
        String db = b.constant("depthwise.b", random(r, Shape.of(6), 0.3));
        DepthwiseConv2d depthwise = new DepthwiseConv2d(ONE, ONE, Padding.SAME, Activation.NONE);
        String d = b.add("depthwise", depthwise, c, dw, db);
        String sum = b.add("sum", new Add(Activation.RELU), c, d);
        AveragePool2d pool =
                new AveragePool2d(Ints.of(4, 4), Ints.of(4, 4), Padding.VALID, Activation.NONE);
        String pooled = b.add("pooled", pool, sum);
        String rows = b.add("rows", new Reshape(Ints.of(1, 24)), pooled);
        String fw = b.constant("fc.w", random(r, Shape.of(5, 24), 0.5));
        String fb = b.constant("fc.b", random(r, Shape.of(5), 0.3));
        String logits = b.add("logits", new FullyConnected(false, Activation.NONE), rows, fw, fb);
        return b.output(b.add("probabilities", new Softmax(1, 1), logits)).build();
    }

    /** Random samples for the F32 inputs of a graph. */
    static List<List<Tensor>> samples(Graph g, int count) {
        Random r = new Random(2);
        List<List<Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Tensor> sample = new ArrayList<>();
            for (Value v : g.inputs()) {
                sample.add(random(r, v.type().shape(), 1));
            }
            samples.add(sample);
        }
        return samples;
    }

    /** Normally distributed numbers. */
    static Tensor random(Random r, Shape shape, double deviation) {
        Tensor t = Tensor.zeros(TensorType.of(DType.F32, shape));
        for (int i = 0; i < t.elements(); i++) {
            t.floats()[i] = (float) (r.nextGaussian() * deviation);
        }
        return t;
    }
}
