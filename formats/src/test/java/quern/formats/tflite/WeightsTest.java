package quern.formats.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quern.error.FormatException;
import quern.formats.Limits;
import quern.formats.Models;
import quern.graph.Graph;
import quern.reference.ReferenceInterpreter;
import quern.rewrite.Simplify;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Weights that are not plain vectors of bytes. */
class WeightsTest {
    private static Tensor matrix(float... values) {
        return Tensor.of(Shape.of(4, 4), values);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void rowsThatListTheirElements(int type) {
        Graph g = WeightModels.sparse(WeightModels.rows(type), new float[] {1, 2, 3}).read();
        Tensor w = matrix(0, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 3, 0, 0, 0, 0);
        assertEquals(w, g.constants().get("sparse"));
        assertEquals(1, g.nodes().size());
    }

    @Test
    void blocks() {
        float[] elements = {1, 2, 3, 4, 5, 6, 7, 8};
        Graph g = WeightModels.sparse(WeightModels.blocks(), elements).read();
        Tensor w = matrix(1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 5, 6, 0, 0, 7, 8);
        assertEquals(w, g.constants().get("sparse"));
    }

    private static void refused(String problem, Flat.Table sparsity, int elements) {
        TinyModel m = WeightModels.sparse(sparsity, new float[elements]);
        FormatException e = assertThrows(FormatException.class, m::read);
        assertTrue(e.getMessage().contains(problem), e::getMessage);
    }

    private static Flat.Table level(Flat.Table sparsity, int level, Flat.Table other) {
        var levels = new java.util.ArrayList<>(((Flat.Tables) sparsity.fields().get(2)).tables());
        levels.set(level, other);
        return sparsity.with(2, Flat.tables(levels));
    }

    @Test
    void sparsityThatIsWrong() {
        Flat.Table rows = WeightModels.rows(1);
        refused("4 elements, of which 3 are used", rows, 4);
        refused("more than the 2 elements", rows, 2);
        refused("traversal order [0, 0]", rows.with(0, Flat.ints(0, 0)), 3);
        refused("traversal order [0, 7]", rows.with(0, Flat.ints(0, 7)), 3);
        refused("levels do not fit", rows.with(1, Flat.ints(0)), 3);
        Flat.Table dense = Flat.table().with(1, 5);
        refused("a dense level of 5, not 4", level(rows, 0, dense), 3);
        refused(
                "a level has no list of indices",
                level(rows, 1, Flat.table().with(0, (byte) 1)),
                3);
        Flat.Table blocks = WeightModels.blocks();
        refused("a block of 3 along axis 0", level(blocks, 2, Flat.table().with(1, 3)), 8);
        refused("a block of 2 along axis 9", blocks.with(1, Flat.ints(9, 1)), 8);
        refused("a block of 2 along axis 0", blocks.with(1, Flat.ints(0, 0)), 8);
    }

    /** x = (1, 1), codes (2, 2) of scale 0.5: both are 1. */
    @Test
    void fourBits() {
        Graph g = WeightModels.int4().read();
        Tensor x = Tensor.of(Shape.of(1, 2), 1f, 1f);
        Tensor q = Tensor.of(g.inputs().get(1).type(), (byte) 2, (byte) 2);
        List<Tensor> out = new ReferenceInterpreter(g).run(List.of(x, q));
        assertEquals(DType.S4, g.type("w").dtype());
        assertEquals(Tensor.of(Shape.of(1, 2), -0.5f, -1.25f), out.get(0));
        assertEquals(-2, out.get(1).code(0));
        assertEquals(-5, out.get(1).code(1));
    }

    @Test
    void halfPrecisionBecomesFloat() {
        Graph g = Simplify.simplify(WeightModels.float16().read());
        assertEquals(1, g.nodes().size());
        assertEquals(Tensor.of(Shape.of(2, 2), 1f, -2, 0.5f, 65504), g.constants().get("w"));
        Tensor y =
                new ReferenceInterpreter(g).run(List.of(Tensor.of(Shape.of(1, 2), 2f, 1))).get(0);
        assertEquals(Tensor.of(Shape.of(1, 2), 1f, 65505), y);
    }

    @Test
    void bytesBehindTheTables() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 2);
        int c = m.constant("c", new float[] {0, 0}, 2);
        int y = m.tensor("y", TinyModel.FLOAT32, 2);
        m.operator(0, 11, Flat.table(), new int[] {x, c}, y).inputs(x).outputs(y);
        m.changeBuffer(1, t -> Flat.table().with(1, 1L << 20).with(2, 8L));
        int end = (m.bytes().length + 15) / 16 * 16;
        m.changeBuffer(1, t -> t.with(1, (long) end));
        byte[] file = Arrays.copyOf(m.bytes(), end + 8);
        ByteBuffer b = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        b.putFloat(end, 3).putFloat(end + 4, 4);
        Graph g = Models.read(file, "large.tflite", Limits.standard());
        assertEquals(Tensor.of(Shape.of(2), 3f, 4f), g.constants().get("c"));
        assertEquals(TensorType.f32(2), g.type("c"));
    }
}
