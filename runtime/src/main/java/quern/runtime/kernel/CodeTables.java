package quern.runtime.kernel;

import java.util.List;
import quern.graph.Node;
import quern.reference.KernelContext;
import quern.reference.ReferenceKernels;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Functions of one code as tables of all codes, which the reference kernel fills. */
final class CodeTables {
    private CodeTables() {}

    /** The kernel of a function from codes of 8 or 16 bits to others of as many. */
    static Kernel lookup(String name, Preparation p) {
        String typed = name + p.type(0).dtype() + p.output().type().dtype();
        if (p.type(0).dtype() == DType.S16) {
            return lookup16(typed, p);
        }
        byte[] table = bytes(p).bytes();
        Operand x = p.input(0);
        Operand y = p.output();
        Microkernels micro = p.micro();
        return new MapKernel(
                typed,
                y.elements(),
                (arena, start, n) ->
                        micro.lookupS8(
                                x.bytes(arena),
                                x.offset(arena) + start,
                                table,
                                y.bytes(arena),
                                y.offset(arena) + start,
                                n));
    }

    /** A table of all codes of 16 bits, indexed from the smallest. */
    private static Kernel lookup16(String name, Preparation p) {
        short[] all = new short[1 << 16];
        for (int i = 0; i < all.length; i++) {
            all[i] = (short) (i + Short.MIN_VALUE);
        }
        Shape shape = Shape.of(all.length);
        Tensor codes = Tensor.view(p.type(0).withShape(shape), all, 0);
        short[] table = computed(p.node(), codes, p.output().type()).shorts();
        Operand x = p.input(0);
        Operand y = p.output();
        return new MapKernel(
                name,
                y.elements(),
                (arena, start, n) -> {
                    short[] in = (short[]) x.array(arena);
                    short[] out = (short[]) y.array(arena);
                    int from = x.offset(arena) + start;
                    int to = y.offset(arena) + start;
                    for (int i = 0; i < n; i++) {
                        out[to + i] = table[in[from + i] - Short.MIN_VALUE];
                    }
                });
    }

    /** What the reference kernel of a one-input node makes of each byte. */
    static Tensor bytes(Preparation p) {
        return bytes(p.node(), p.type(0), p.output().type());
    }

    /** What the reference kernel of a node makes of each byte of codes of a type. */
    static Tensor bytes(Node n, TensorType in, TensorType out) {
        byte[] all = new byte[Codes.BYTES];
        for (int b = 0; b < all.length; b++) {
            all[b] = (byte) b;
        }
        return computed(n, Tensor.of(in.withShape(Shape.of(all.length)), all), out);
    }

    private static Tensor computed(Node n, Tensor x, TensorType out) {
        Tensor y = Tensor.zeros(out.withShape(x.shape()));
        ReferenceKernels.run(new KernelContext(n, List.of(x), List.of(y)));
        return y;
    }
}
