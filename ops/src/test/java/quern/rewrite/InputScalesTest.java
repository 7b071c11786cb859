package quern.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.quantize.Cast;
import quern.op.quantize.Dequantize;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.TensorType;

class InputScalesTest {
    private static final TensorType CODES = TensorType.s8(0.1f, 3, 256);
    private static final TensorType PLAIN = TensorType.of(DType.S8, Shape.of(256));

    private static GraphBuilder read(TensorType... types) {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", PLAIN);
        for (int i = 0; i < types.length; i++) {
            b.add("codes" + i, new Cast(types[i].dtype()), List.of("x"), types[i]);
            b.output(
                    types[i].isQuantized()
                            ? b.add("real" + i, new Dequantize(), "codes" + i)
                            : "codes" + i);
        }
        return b;
    }

    @Test
    void anInputTakesTheScaleThatItsReadersAgreeOn() {
        Graph graph = read(CODES, CODES).build();
        Graph typed = new InputScales().apply(graph);
        assertEquals(CODES, typed.inputs().get(0).type());
        assertEquals(2, typed.nodes().size());
        assertEquals(
                Rewritten.run(graph, List.of(Rewritten.ramp(CODES).as(PLAIN))),
                Rewritten.run(typed, List.of(Rewritten.ramp(CODES))));
    }

    @Test
    void itStaysPlainWhereTheyDiffer() {
        Graph two = read(CODES, TensorType.s8(0.2f, 3, 256)).build();
        assertSame(two, new InputScales().apply(two));
        Graph integers = read(CODES, TensorType.of(DType.S32, Shape.of(256))).build();
        assertSame(integers, new InputScales().apply(integers));
        GraphBuilder output = read(CODES);
        output.output("x");
        Graph seen = output.build();
        assertSame(seen, new InputScales().apply(seen));
    }

    @Test
    void anInputOfRealNumbersStays() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(4));
        b.output(b.add("y", new Cast(DType.S32), "x"));
        Graph graph = b.build();
        assertSame(graph, new InputScales().apply(graph));
    }
}
