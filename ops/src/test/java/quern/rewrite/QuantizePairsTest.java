package quern.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.activation.Relu;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class QuantizePairsTest {
    private static final TensorType X = TensorType.s8(0.1f, 3, 256);

    @Provide
    Arbitrary<TensorType> types() {
        Arbitrary<Integer> exponents = Arbitraries.integers().between(-100, 99);
        return Arbitraries.of(DType.S8, DType.U8, DType.S16, DType.U16)
                .flatMap(
                        dtype ->
                                exponents.flatMap(
                                        e ->
                                                Arbitraries.doubles()
                                                        .between(1, 1.99)
                                                        .ofScale(7)
                                                        .map(m -> type(dtype, m, e))));
    }

    private static TensorType type(DType dtype, double mantissa, int exponent) {
        float scale = (float) Math.scalb(mantissa, exponent);
        int zero = (int) (dtype.min(dtype.bits()) + dtype.max(dtype.bits())) / 3;
        Quant q = new Quant.PerTensor(scale, zero, dtype.bits());
        return new TensorType(dtype, Shape.of(1 << dtype.bits()), q);
    }

    /** The claim on which this rule and the removal of Requantize rest, for every code. */
    @Property(seed = "131", tries = 200)
    void everyCodeSurvives(@ForAll("types") TensorType type, @ForAll RoundingMode mode) {
        GraphBuilder b = new GraphBuilder("g").rounding(mode);
        b.input("x", type);
        b.add("real", new Dequantize(), "x");
        b.output(b.add("back", new Quantize(), List.of("real"), type));
        b.output(b.add("again", new Requantize(), List.of("x"), type));
        Tensor codes = Rewritten.ramp(type);
        assertEquals(List.of(codes, codes), Rewritten.run(b.build(), List.of(codes)));
    }

    @Test
    void removesAPairWithEqualParameters() {
        Graph g = pair(X, X);
        Graph after = Simplify.simplify(g);
        assertEquals(List.of("Relu"), Rewritten.ops(after));
        Rewritten.assertSameBits(g, after, List.of(Rewritten.ramp(X)));
    }

    @Test
    void leavesAPairWithOtherParameters() {
        Graph g = pair(X, X.withQuant(Quant.perTensor(0.1f, 4)));
        assertSame(g, new QuantizePairs().apply(g));
        TensorType narrow = X.withQuant(new Quant.PerTensor(0.1f, 3, 7));
        Graph clamps = pair(narrow, narrow);
        assertSame(clamps, new QuantizePairs().apply(clamps));
    }

    private static Graph pair(TensorType from, TensorType to) {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", from);
        b.add("real", new Dequantize(), "x");
        b.add("back", new Quantize(), List.of("real"), to);
        b.output(b.add("y", new Relu(), to.quant(), "back"));
        return b.build();
    }

    @Test
    void leavesRealNumbersThatAreRounded() {
        GraphBuilder b = new GraphBuilder("g");
        b.input("x", TensorType.f32(256));
        b.add("codes", new Quantize(), List.of("x"), X);
        b.output(b.add("y", new Dequantize(), "codes"));
        Graph g = b.build();
        assertSame(g, new QuantizePairs().apply(g));
    }
}
