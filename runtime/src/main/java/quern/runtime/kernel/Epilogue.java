package quern.runtime.kernel;

import java.util.Optional;
import quern.graph.Node;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType;
import quern.tensor.TensorType;

/**
 * A function of one element that a kernel applies to its results while they are in a cache, in
 * place of a node after it.
 */
final class Epilogue {
    private final ElementwiseKernels.RealRow row;
    private final byte[] table;
    private final Microkernels micro;

    private Epilogue(ElementwiseKernels.RealRow row, byte[] table, Microkernels micro) {
        this.row = row;
        this.table = table;
        this.micro = micro;
    }

    /** Whether a node is such a function, of F32 or of codes of 8 bits. */
    static boolean is(Node n, TensorType in) {
        TensorType out = n.output().type();
        boolean codes = Codes.fits(in) && Codes.fits(out);
        return ElementwiseKernels.isFunction(n.op())
                && (codes || in.dtype() == DType.F32 && out.dtype() == DType.F32);
    }

    /** The function of the node after that of a preparation; empty if there is none. */
    static Optional<Epilogue> of(Preparation p) {
        return p.next().map(n -> of(n, p.node().output().type(), p.micro()));
    }

    private static Epilogue of(Node n, TensorType in, Microkernels micro) {
        if (in.dtype() == DType.F32) {
            return new Epilogue(ElementwiseKernels.rowOf(n.op(), micro), new byte[0], micro);
        }
        byte[] table = CodeTables.bytes(n, in, n.output().type()).bytes();
        return new Epilogue(null, table, micro);
    }

    /** Applies the function to {@code n} neighbouring results. */
    void run(Arena arena, int at, int n) {
        if (row != null) {
            row.run(arena.floats(), at, arena.floats(), at, n);
        } else {
            micro.lookupS8(arena.bytes(), at, table, arena.bytes(), at, n);
        }
    }
}
