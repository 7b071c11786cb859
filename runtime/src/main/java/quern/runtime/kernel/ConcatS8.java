package quern.runtime.kernel;

import java.util.Arrays;
import quern.reference.NodeRescale;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Concatenation of 8-bit codes of several quantizations: a table of 256 codes for each input. Every
 * input gives one stretch of each row of the output.
 */
final class ConcatS8 implements Kernel {
    private final Microkernels micro;
    private final Operand[] inputs;
    private final byte[][] tables;
    private final int[] lengths;
    private final boolean[] same;
    private final int rows;
    private final Operand y;

    ConcatS8(int axis, Preparation p) {
        this.micro = p.micro();
        this.y = p.output();
        this.inputs = new Operand[p.inputs()];
        this.tables = new byte[inputs.length][Codes.BYTES];
        this.lengths = new int[inputs.length];
        this.same = new boolean[inputs.length];
        this.rows = product(y.type().shape(), 0, axis);
        for (int i = 0; i < inputs.length; i++) {
            TensorType x = p.type(i);
            inputs[i] = p.input(i);
            lengths[i] = product(x.shape(), axis, x.shape().rank());
            same[i] = x.quant().equals(y.type().quant());
            int mask = Codes.of(x).mask();
            var rescale = NodeRescale.concat(p.node(), x, y.type());
            for (int b = 0; b < Codes.BYTES; b++) {
                tables[i][b] = (byte) rescale.applyAsInt((byte) b & mask);
            }
        }
    }

    private static int product(Shape shape, int from, int to) {
        return Arrays.stream(shape.toArray(), from, to).reduce(1, (a, b) -> a * b);
    }

    @Override
    public String name() {
        return "concat" + y.type().dtype() + "Rescaled";
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        byte[] out = y.bytes(arena);
        int to = y.offset(arena);
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < inputs.length; i++) {
                int n = lengths[i];
                int from = inputs[i].offset(arena) + row * n;
                byte[] in = inputs[i].bytes(arena);
                if (same[i]) {
                    System.arraycopy(in, from, out, to, n);
                } else {
                    micro.lookupS8(in, from, tables[i], out, to, n);
                }
                to += n;
            }
        }
    }
}
