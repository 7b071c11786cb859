package quern.formats.tflite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import quern.error.FormatException;
import quern.error.ShapeException;
import quern.graph.Graph;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Files of operators that move elements give the elements that numpy gives. */
class MovementReadersTest {
    private static Tensor counting(TensorType type) {
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < t.elements(); i++) {
            if (type.dtype() == DType.F32) {
                t.setReal(i, i);
            } else {
                t.setInteger(i, i);
            }
        }
        return t;
    }

    private static void expect(Tensor t, String shape, int... values) {
        assertEquals(shape, t.shape().toString());
        int[] actual = new int[t.elements()];
        for (int i = 0; i < actual.length; i++) {
            actual[i] = t.dtype() == DType.F32 ? (int) t.real(i) : t.code(i);
        }
        assertArrayEquals(values, actual);
    }

    @Test
    void slices() {
        Graph g = MovementModels.slices().read();
        List<Tensor> y =
                new ReferenceInterpreter(g).run(List.of(counting(TensorType.f32(2, 3, 4))));
        expect(y.get(0), "[2,2,1]", 6, 10, 18, 22);
        expect(y.get(1), "[3,2]", 15, 13, 19, 17, 23, 21);
        expect(y.get(2), "[2,3,1,2]", 1, 2, 5, 6, 9, 10, 13, 14, 17, 18, 21, 22);
        expect(y.get(3), "[2,3,2]", 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23);
        expect(y.get(4), "[2,2,4]", 4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23);
        expect(
                y.get(5), "[3,4,2]", 0, 12, 1, 13, 2, 14, 3, 15, 4, 16, 5, 17, 6, 18, 7, 19, 8, 20,
                9, 21, 10, 22, 11, 23);
        expect(
                y.get(6), "[2,3,4]", 15, 14, 13, 12, 19, 18, 17, 16, 23, 22, 21, 20, 3, 2, 1, 0, 7,
                6, 5, 4, 11, 10, 9, 8);
    }

    @Test
    void blocks() {
        Graph g = MovementModels.blocksInt8().read();
        Tensor x = counting(TensorType.s8(0.5f, 3, 1, 4, 4, 1));
        List<Tensor> y = new ReferenceInterpreter(g).run(List.of(x));
        expect(y.get(0), "[1,2,2,4]", 0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15);
        expect(
                y.get(1),
                "[4,3,2,1]",
                3,
                3,
                0,
                2,
                8,
                10,
                3,
                3,
                1,
                3,
                9,
                11,
                3,
                3,
                4,
                6,
                12,
                14,
                3,
                3,
                5,
                7,
                13,
                15);
        expect(y.get(2), "[1,5,3,1]", 3, 3, 3, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14);
        expect(
                y.get(3),
                "[1,6,5,1]",
                0,
                1,
                2,
                1,
                0,
                3,
                3,
                3,
                3,
                3,
                0,
                1,
                2,
                1,
                0,
                4,
                5,
                6,
                5,
                4,
                8,
                9,
                10,
                9,
                8,
                12,
                13,
                14,
                13,
                12);
        assertEquals("[2,6,5,1]", y.get(4).shape().toString());
    }

    @Test
    void lookups() {
        Graph g = MovementModels.lookups().read();
        Tensor x = counting(TensorType.f32(3, 2));
        ReferenceInterpreter run = new ReferenceInterpreter(g);
        List<Tensor> y = run.run(List.of(x, Tensor.of(Shape.of(2), 1, 2)));
        expect(y.get(0), "[2,2]", 2, 3, 4, 5);
        expect(y.get(1), "[4,2]", 0, 0, 2, 3, 0, 0, 4, 5);
        expect(y.get(2), "[4]", 9, 5, 9, 0);
        assertArrayEquals(new float[] {1, 1.5f, 2, 2.5f}, y.get(3).floats());
        expect(y.get(4), "[2,3]", 0, 1, 0, 0, 0, 1);
        expect(y.get(5), "[3,2]", 0, 1, -1, -2, 4, 5);
        expect(y.get(6), "[1,1]", 3);
        expect(y.get(7), "[2]", 2, 3);
        expect(y.get(8), "[3,2]", 0, 3, 2, 1, 4, 5);
        ShapeException e =
                assertThrows(
                        ShapeException.class,
                        () -> run.run(List.of(x, Tensor.of(Shape.of(2), 1, 3))));
        assertTrue(
                e.getMessage().contains("gathered: index 3 is outside of an axis of 3 elements"),
                e.getMessage());
    }

    @Test
    void fills() {
        Graph g = MovementModels.fills().read();
        Tensor x = Tensor.of(Shape.of(2), -1f, 2);
        List<Tensor> y = new ReferenceInterpreter(g).run(List.of(x));
        expect(y.get(0), "[2,2]", -1, 2, -1, 2);
        expect(y.get(1), "[3]", 7, 7, 7);
        expect(y.get(2), "[2,2]", 0, 0, 0, 0);
        expect(y.get(3), "[3]", 5, 2, -1);
        expect(y.get(4), "[2,2,2]", -1, 0, 0, 2, -1, 0, 0, 2);
        expect(y.get(5), "[2]", 3, 2);
        expect(y.get(6), "[5]", 0, 2, 7, 7, 7);
        assertArrayEquals(new long[] {1L << 60, (1L << 60) + 1}, y.get(7).longs());
        assertEquals(y.get(4), y.get(8));
        expect(y.get(9), "[2,2]", -1, 2, -1, 2);
    }

    /** Python's slices of range(5), with the masks that leave out a bound. */
    @ParameterizedTest
    @CsvSource({
        "0, 5, 1, 0, 0, 0 1 2 3 4",
        "-3, -1, 1, 0, 0, 2 3",
        "-9, 9, 2, 0, 0, 0 2 4",
        "3, 1, 1, 0, 0, ''",
        "9, 1, -1, 0, 0, 4 3 2",
        "3, 0, -2, 0, 1, 3 1",
        "1, 3, -1, 1, 0, 4",
        "0, 0, -1, 1, 1, 4 3 2 1 0",
        "4, -9, -3, 0, 0, 4 1",
        "0, 5, 2147483647, 0, 0, 0",
        "4, -6, -2147483648, 0, 0, 4",
        "7, 9, 1, 0, 0, ''",
    })
    void stridedSlices(int begin, int end, int step, int beginMask, int endMask, String expected) {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 5);
        int y = m.tensor("y", TinyModel.FLOAT32);
        int[] from = {
            x, m.constant("begin", begin), m.constant("end", end), m.constant("steps", step)
        };
        m.operator(45, 0, Flat.table().with(0, beginMask).with(1, endMask), from, y);
        Graph g = m.inputs(x).outputs(y).read();
        Tensor result =
                new ReferenceInterpreter(g).run(List.of(counting(TensorType.f32(5)))).get(0);
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < result.elements(); i++) {
            s.append(i == 0 ? "" : " ").append((int) result.real(i));
        }
        assertEquals(expected, s.toString());
    }

    /** The end is the number of elements, and the begin is computed. */
    @Test
    void stridedSlicesWithAnOffset() {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 5);
        int at = m.tensor("at", TinyModel.INT32, 1);
        int fixed = m.tensor("fixed", TinyModel.FLOAT32);
        int computed = m.tensor("computed", TinyModel.FLOAT32);
        int two = m.constant("two", 2);
        int one = m.constant("one", 1);
        Flat.Table offset = Flat.table().with(5, (byte) 1);
        m.operator(45, 0, offset, new int[] {x, one, two, one}, fixed);
        m.operator(45, 0, offset, new int[] {x, at, two, one}, computed);
        Graph g = m.inputs(x, at).outputs(fixed, computed).read();
        Tensor input = counting(TensorType.f32(5));
        Tensor begin = Tensor.of(Shape.of(1), -3);
        List<Tensor> y = new ReferenceInterpreter(g).run(List.of(input, begin));
        expect(y.get(0), "[2]", 1, 2);
        expect(y.get(1), "[2]", 2, 3);
        TinyModel open = new TinyModel();
        x = open.tensor("x", TinyModel.FLOAT32, 5);
        at = open.tensor("at", TinyModel.INT32, 1);
        int unknown = open.tensor("y", TinyModel.FLOAT32);
        open.operator(45, 0, Flat.table(), new int[] {x, at, at, open.constant("one", 1)}, unknown);
        open.inputs(x, at).outputs(unknown);
        assertThrows(FormatException.class, open::read);
    }

    /** What a file may ask for, and what no machine can give. */
    @Test
    void hugeResultsAreRefused() {
        TinyModel range = new TinyModel();
        int start = range.constant("start", 0);
        int limit = range.constant("limit", Integer.MAX_VALUE);
        int step = range.constant("step", 1);
        int y = range.tensor("y", TinyModel.INT32);
        range.operator(96, 0, Flat.table(), new int[] {start, limit, step}, y);
        assertThrows(FormatException.class, range.outputs(y)::read);
        for (int code : new int[] {69, 130}) {
            TinyModel m = new TinyModel();
            int x = m.tensor("x", TinyModel.FLOAT32, 1, 1);
            int z = m.tensor("y", TinyModel.FLOAT32);
            int many = m.constant("many", Integer.MAX_VALUE, Integer.MAX_VALUE);
            m.operator(code, 0, Flat.table(), new int[] {x, many}, z);
            assertThrows(FormatException.class, m.inputs(x).outputs(z)::read);
        }
    }
}
