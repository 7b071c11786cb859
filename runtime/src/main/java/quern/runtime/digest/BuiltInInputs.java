package quern.runtime.digest;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.graph.Graph;
import quern.graph.Value;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Inputs that are the same everywhere: real numbers between -1 and 1 with 16 binary digits, all
 * codes of 8 and 16 bits, and 0 and 1 for integers without quantization and for truth values.
 */
final class BuiltInInputs {
    private static final long STEP = 0x9E37_79B9_7F4A_7C15L;
    private static final int DIGITS = 16;

    private BuiltInInputs() {}

    /** One tensor an input, in the graph's order. */
    static List<Tensor> of(Graph graph) {
        List<Tensor> inputs = new ArrayList<>();
        long state = 1;
        for (Value v : graph.inputs()) {
            TensorType type = v.type();
            if (!type.shape().isStatic()) {
                throw new ShapeException(
                        "input " + v.name(), "its shape " + type.shape() + " has open dimensions");
            }
            Tensor t = Tensor.zeros(type);
            for (int i = 0; i < t.elements(); i++) {
                state += STEP;
                fill(t, i, mixed(state));
            }
            inputs.add(t);
        }
        return inputs;
    }

    private static void fill(Tensor t, int i, long random) {
        switch (t.dtype()) {
            case F32, F16, BF16 ->
                    t.setReal(i, (float) Math.scalb((double) (random >> 47), -DIGITS));
            case F64 -> t.doubles()[t.offset() + i] = Math.scalb((double) (random >> 47), -DIGITS);
            default -> {
                int bits = t.dtype().bits();
                boolean codes = t.type().isQuantized() && bits <= 16;
                long low = t.dtype().isSigned() ? -(1L << bits - 1) : 0;
                t.setInteger(i, codes ? low + (random >>> 64 - bits) : random >>> 63);
            }
        }
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
    private static long mixed(long z) {
        long a = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        long b = (a ^ a >>> 27) * 0x94D0_49BB_1331_11EBL;
        return b ^ b >>> 31;
    }
}
