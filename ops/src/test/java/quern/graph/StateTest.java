package quern.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import quern.op.Activation;
import quern.op.math.Add;
import quern.reference.ReferenceInterpreter;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Tensors that live from run to run. */
class StateTest {
    private static final TensorType X = TensorType.f32(1);
    private static final Add ADD = new Add(Activation.NONE);

    private static Tensor number(float v) {
        return Tensor.of(Shape.of(1), v);
    }

    private static float next(ReferenceInterpreter running, float x) {
        return running.run(List.of(number(x))).get(0).real(0);
    }

    /** {@code sum = s + x}, carried on. */
    private static Graph running(String initial) {
        GraphBuilder b = new GraphBuilder("sum");
        b.input("x", X);
        b.constant("ten", number(10));
        b.state("s", X, initial, "sum");
        b.add("sum", ADD, "s", "x");
        return b.output("sum").output("ten").build();
    }

    @Test
    void aStateIsCarriedFromRunToRun() {
        ReferenceInterpreter sum = new ReferenceInterpreter(running(""));
        assertEquals(1, next(sum, 1));
        assertEquals(3, next(sum, 2));
        sum.reset();
        assertEquals(5, next(sum, 5));
    }

    @Test
    void aStateMayBeginWithAConstant() {
        ReferenceInterpreter sum = new ReferenceInterpreter(running("ten"));
        assertEquals(11, next(sum, 1));
        assertEquals(13, next(sum, 2));
        sum.reset();
        assertEquals(15, next(sum, 5));
    }

    @Test
    void statesChangeTogetherAtTheEndOfARun() {
        GraphBuilder b = new GraphBuilder("delay");
        b.input("x", X);
        b.state("first", X, "", "x");
        b.state("second", X, "", "first");
        Graph g = b.output("second").build();
        ReferenceInterpreter delay = new ReferenceInterpreter(g);
        assertEquals(0, next(delay, 1));
        assertEquals(0, next(delay, 2));
        assertEquals(1, next(delay, 3));
        assertEquals(2, next(delay, 4));
        assertEquals(g, GraphText.of(g).parse(Map.of()));
    }

    @Test
    void codesBeginWithTheirZeroPoint() {
        TensorType type = TensorType.s8(0.5f, 7, 3);
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", type);
        b.state("s", type, "", "y");
        b.add("y", ADD, Quant.perTensor(0.5f, 7), "s", "x");
        Graph g = b.output("s").output("y").build();
        Tensor x = Tensor.of(type, (byte) 1, (byte) 2, (byte) 3);
        List<Tensor> out = new ReferenceInterpreter(g).run(List.of(x));
        assertEquals(Tensor.of(type, (byte) 7, (byte) 7, (byte) 7), out.get(0));
        assertEquals(x, out.get(1));
    }
}
