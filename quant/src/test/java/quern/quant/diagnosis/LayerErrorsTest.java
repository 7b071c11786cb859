package quern.quant.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.activation.Tanh;
import quern.op.nn.FullyConnected;
import quern.quant.QuantOptions;
import quern.quant.QuantizedModel;
import quern.quant.Quantizer;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** A network of three layers of which the second one's weights hardly fit one scale. */
class LayerErrorsTest {
    private static final int WIDTH = 16;

    private static Graph graph() {
        Random r = new Random(2);
        GraphBuilder b = new GraphBuilder("three");
        String v = b.input("x", TensorType.f32(1, WIDTH));
        for (int i = 1; i <= 3; i++) {
            Tensor w = Tensor.zeros(TensorType.of(DType.F32, Shape.of(WIDTH, WIDTH)));
            for (int k = 0; k < w.elements(); k++) {
                w.setReal(k, (float) (0.3 * r.nextGaussian()));
            }
            if (i == 2) {
                w.setReal(0, 60);
            }
            b.constant("w" + i, w);
            b.constant("b" + i, Tensor.zeros(TensorType.f32(WIDTH)));
            String sums =
                    b.add("y" + i, new FullyConnected(false, Activation.NONE), v, "w" + i, "b" + i);
            v = i == 3 ? sums : b.add("t" + i, new Tanh(), sums);
        }
        return b.output(v).build();
    }

    private static List<List<Tensor>> samples() {
        Random r = new Random(3);
        List<List<Tensor>> all = new ArrayList<>();
        for (int s = 0; s < 16; s++) {
            Tensor x = Tensor.zeros(TensorType.f32(1, WIDTH));
            for (int i = 0; i < WIDTH; i++) {
                x.setReal(i, (float) r.nextGaussian());
            }
            all.add(List.of(x));
        }
        return all;
    }

    @Test
    void theLayerThatCannotBeRoundedComesFirst() {
        QuantOptions options = QuantOptions.PLAIN.toBuilder().perChannel(false).build();
        QuantizedModel made = Quantizer.convert(graph(), samples(), options);
        Map<String, String> names = new HashMap<>();
        made.original().inputs().forEach(v -> names.put(v.name(), v.name()));
        made.original().nodes().forEach(n -> names.put(n.name(), n.name()));
        LayerErrors errors = LayerErrors.measure(made.original(), made.graph(), names, samples());
        assertEquals(6, errors.layers().size());
        LayerErrors.Layer worst = errors.layers().get(0);
        assertEquals("y2", worst.name());
        assertEquals("FullyConnected", worst.op());
        assertTrue(worst.alone() > 5 * errors.layers().get(1).alone(), errors::toString);
        assertTrue(worst.without() < 0.3 * errors.all(), errors::toString);
    }

    @Test
    void withoutLayersNothingIsLost() {
        Graph g = graph();
        LayerErrors errors = LayerErrors.measure(g, g, Map.of("y1", "y1"), samples());
        assertEquals(new LayerErrors(0, List.of()), errors);
    }
}
