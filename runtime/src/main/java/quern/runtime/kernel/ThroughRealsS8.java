package quern.runtime.kernel;

import quern.fixedpoint.Quantization;
import quern.runtime.arena.Arena;
import quern.tensor.Quant;
import quern.tensor.TensorType;

/** A function of two real numbers between dequantized 8-bit codes, whose result is quantized. */
final class ThroughRealsS8 extends BinaryKernel {
    /** A function of two real numbers. */
    @FunctionalInterface
    interface Function {
        float apply(float a, float b);
    }

    private final float[] aReals;
    private final float[] bReals;
    private final Function function;
    private final RealToCode toCode;

    ThroughRealsS8(String name, Preparation p, Function function, RealToCode toCode) {
        super(name, p);
        this.aReals = reals(p.type(0));
        this.bReals = reals(p.type(1));
        this.function = function;
        this.toCode = toCode;
    }

    private static float[] reals(TensorType type) {
        int mask = Codes.of(type).mask();
        Quant.PerTensor q = type.perTensor("an operand");
        float[] table = new float[Codes.BYTES];
        for (int b = 0; b < table.length; b++) {
            table[b] = Quantization.dequantize((byte) b & mask, q.scale(), q.zeroPoint());
        }
        return table;
    }

    @Override
    void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
        byte[] x = a.bytes(arena);
        byte[] w = b.bytes(arena);
        byte[] out = y.bytes(arena);
        for (int i = 0; i < n; i++) {
            float first = aReals[x[aOffset + i * aStep] & 0xFF];
            float second = bReals[w[bOffset + i * bStep] & 0xFF];
            out[yOffset + i] = (byte) toCode.apply(function.apply(first, second));
        }
    }
}
