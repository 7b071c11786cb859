package quern.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import quern.fixedpoint.RoundingMode;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.recurrent.CellActivation;
import quern.op.recurrent.Svdf;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** A filter over the last steps against sums made by hand. */
class SvdfReferenceTest {
    private static List<Tensor> run(TensorType y, Tensor... inputs) {
        List<String> names = List.of("x", "m", "wf", "wt", "b");
        List<Value> outputs = List.of(new Value("y", y), new Value("n", inputs[1].type()));
        Svdf op = new Svdf(2, CellActivation.NONE);
        return ReferenceInterpreter.run(
                new Node(op, names, outputs, RoundingMode.DOUBLE),
                name -> inputs[names.indexOf(name)]);
    }

    @Test
    void memoryMovesAndRanksAddUp() {
        List<Tensor> y =
                run(
                        TensorType.f32(1, 1),
                        Tensor.of(Shape.of(1, 2), 1f, 2f),
                        Tensor.of(Shape.of(1, 4), 9f, 3f, 9f, 4f),
                        Tensor.of(Shape.of(2, 2), 1f, 1f, 2f, -1f),
                        Tensor.of(Shape.of(2, 2), 1f, 10f, 100f, 1000f),
                        Tensor.of(Shape.of(1), 0.5f));
        assertArrayEquals(new float[] {3, 3, 4, 0}, y.get(1).floats());
        assertEquals(3 + 30 + 400 + 0 + 0.5f, y.get(0).real(0));
    }

    @Test
    void codesAreRescaledTwice() {
        Quant s16 = new Quant.PerTensor(0.25f, 0, 16);
        TensorType memory = new TensorType(DType.S16, Shape.of(1, 4), s16);
        Tensor m = Tensor.zeros(memory);
        Tensor time = Tensor.zeros(new TensorType(DType.S16, Shape.of(2, 2), s16));
        for (int i = 0; i < 4; i++) {
            m.setInteger(i, 10 * i);
            time.setInteger(i, i + 1);
        }
        List<Tensor> y =
                run(
                        TensorType.s8(2f, -1, 1, 1),
                        Tensor.of(TensorType.s8(0.5f, 1, 1, 2), (byte) 3, (byte) 5),
                        m,
                        Tensor.of(
                                TensorType.s8(0.5f, 0, 2, 2),
                                (byte) 1,
                                (byte) 1,
                                (byte) 2,
                                (byte) -1),
                        time,
                        Tensor.of(Shape.of(1), 16));
        // 2 + 4 and 4 - 4 times 0.5 * 0.5 / 0.25; then 10 * 1 + 6 * 2 + 30 * 3 + 0 * 4 + 16 = 128
        // times 0.25 * 0.25 / 2, minus 1.
        assertArrayEquals(new short[] {10, 6, 30, 0}, y.get(1).shorts());
        assertEquals(4 - 1, y.get(0).code(0));
    }
}
