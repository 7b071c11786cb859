package quern.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.error.ShapeException;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.nn.FullyConnected;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Inputs whose quantization is known beforehand. */
class GivenInputsTest {
    private static Graph model() {
        GraphBuilder b = new GraphBuilder("g");
        String x = b.input("x", TensorType.f32(1, 2));
        String w = b.constant("w", Tensor.of(Shape.of(2, 2), 1f, -2, 0.5f, 4));
        return b.output(b.add("y", new FullyConnected(false, Activation.NONE), x, w)).build();
    }

    private static Graph quantize(Map<String, Quant.PerTensor> inputs) {
        QuantOptions options = QuantOptions.PLAIN.toBuilder().inputs(inputs).build();
        return Quantizer.quantize(
                model(), List.of(List.of(Tensor.of(Shape.of(1, 2), -1f, 3))), options);
    }

    @Test
    void theGivenQuantizationIsTaken() {
        Quant.PerTensor given = Quant.perTensor(0.58470291f, 83);
        assertEquals(given, quantize(Map.of("x", given)).type("x").quant());
    }

    @Test
    void anInputThatDoesNotExistIsRefused() {
        FormatException e =
                assertThrows(
                        FormatException.class, () -> quantize(Map.of("z", Quant.perTensor(1, 0))));
        assertTrue(e.getMessage().contains("input z"), e.getMessage());
    }

    @Test
    void aZeroPointThatIsNoCodeIsRefused() {
        assertThrows(ShapeException.class, () -> quantize(Map.of("x", Quant.perTensor(1, 128))));
    }
}
