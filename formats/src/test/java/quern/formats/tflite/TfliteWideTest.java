package quern.formats.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quern.error.FormatException;
import quern.formats.Limits;
import quern.formats.Models;
import quern.graph.Graph;
import quern.op.Activation;
import quern.op.Op;
import quern.op.math.Add;
import quern.op.nn.Conv2d;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/** Models of int16 activations and int8 weights. */
class TfliteWideTest {
    private static Tensor image() {
        float[] values = new float[32];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i * 29 % 64 - 32) / 4f;
        }
        return Tensor.of(Shape.of(1, 4, 4, 2), values);
    }

    @Test
    void aNetworkIsReadWithItsBiases() {
        Graph g = TinyWide.network().read();
        assertEquals(DType.S64, g.type("b").dtype());
        assertEquals(DType.S32, g.type("db").dtype());
        assertEquals(DType.S16, g.type("logits").dtype());
        assertEquals(14, g.nodes().size());
    }

    @Test
    void aNetworkIsSavedAndReadAgainAndRuns(@TempDir Path folder) throws IOException {
        Graph g = TinyWide.network().read();
        Path file = folder.resolve("network.qrn");
        Models.write(g, file);
        assertEquals(g, Models.read(file, Limits.standard()));
        List<Tensor> y = new ReferenceInterpreter(g).run(List.of(image()));
        float sum = 0;
        for (float p : y.get(0).floats()) {
            assertTrue(p >= 0 && p <= 1, "probability " + p);
            sum += p;
        }
        assertEquals(1, sum, 0.001);
    }

    /** The convolution again, in whole numbers and decimal fractions of any size. */
    @Test
    void theConvolutionIsTheExactSumTimesAMultiplierOf15Bits() {
        Graph g = TinyWide.network().read();
        Conv2d op = (Conv2d) g.nodes().get(1).op();
        Tensor x = image();
        Tensor w = g.constant("w").orElseThrow();
        long[] bias = g.constant("b").orElseThrow().longs();
        float[] scales = {0.25f, 0.5f, 1};
        Tensor y = new ReferenceInterpreter(g).runAll(List.of(x)).get("conv");
        for (int i = 0; i < y.elements(); i++) {
            int o = i % 3;
            int column = i / 3 % 4;
            int row = i / 12;
            BigInteger acc = BigInteger.valueOf(bias[o]);
            for (int kh = 0; kh < 2; kh++) {
                for (int kw = 0; kw < 2; kw++) {
                    for (int c = 0; c < 2 && row + kh < 4 && column + kw < 4; c++) {
                        int at = ((row + kh) * 4 + column + kw) * 2 + c;
                        long code = Math.round(x.floats()[at] * 4096.0);
                        long weight = w.integer(((o * 2 + kh) * 2 + kw) * 2 + c);
                        acc = acc.add(BigInteger.valueOf(code * weight));
                    }
                }
            }
            BigDecimal real = new BigDecimal(1.0 / 4096 * scales[o] / 0.01f);
            int exponent = 0;
            while (real.compareTo(BigDecimal.ONE) < 0) {
                real = real.multiply(BigDecimal.valueOf(2));
                exponent--;
            }
            BigDecimal mantissa = real.divide(BigDecimal.valueOf(2), MathContext.UNLIMITED);
            BigDecimal reduced =
                    mantissa.multiply(BigDecimal.valueOf(1 << 15))
                            .setScale(0, RoundingMode.HALF_UP);
            long code =
                    new BigDecimal(acc)
                            .multiply(reduced)
                            .divide(BigDecimal.valueOf(2).pow(14 - exponent), MathContext.UNLIMITED)
                            .add(new BigDecimal("0.5"))
                            .setScale(0, RoundingMode.FLOOR)
                            .longValueExact();
            assertEquals(Math.min(Math.max(code, 0), 600), y.integer(i), op + " element " + i);
        }
    }

    @Test
    void operandsAreShiftedOnlyWhereTheFileAsksAndScalesArePowersOfTwo() {
        assertEquals(new Add(Activation.NONE), TinyWide.pairs().read().nodes().get(0).op());
        assertEquals(new Add(Activation.NONE), sum(0.003f, Flat.table()));
        assertEquals(new Add(Activation.NONE, true), sum(1f / 1024, Flat.table()));
        Flat.Table general = Flat.table().with(1, (byte) 0);
        assertEquals(new Add(Activation.NONE), sum(1f / 1024, general));
    }

    private static Op sum(float scale, Flat.Table options) {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.INT16, 4);
        int y = m.tensor("y", TinyModel.INT16, 4);
        m.quantize(x, 1f / 2048, 0).quantize(y, scale, 0);
        m.operator(0, 11, options, new int[] {x, x}, y).inputs(x).outputs(y);
        return m.read().nodes().get(0).op();
    }

    @Test
    void anotherZeroPointIsRefused() {
        byte[] bytes = TinyWide.pairs().quantize(0, 0.001f, 5).bytes();
        FormatException e =
                assertThrows(
                        FormatException.class,
                        () -> Models.read(bytes, "wide.tflite", Limits.standard()));
        assertTrue(e.getMessage().contains("its zero point must be 0"), e.getMessage());
    }
}
