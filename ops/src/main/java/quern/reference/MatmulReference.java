package quern.reference;

import quern.fixedpoint.Requantizer;
import quern.numeric.Fma;
import quern.op.TypeRules;
import quern.op.nn.BatchMatmul;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Products of matrices, one accumulator an element, inner index ascending.
 *
 * <p>Codes: {@code sum (a - Za) * (b - Zb)} exactly, then the {@link Requantizer} of {@link
 * NodeRescale#matmul}. Float32: a chain of fused multiply-adds from +0.
 */
final class MatmulReference {
    private MatmulReference() {}

    static void run(BatchMatmul op, KernelContext c) {
        Tensor a = c.input(0);
        Tensor b = c.input(1);
        Tensor y = c.output();
        Shape as = a.shape();
        Shape bs = b.shape();
        int depth = as.dim(as.rank() - (op.transposeA() ? 2 : 1));
        for (int i = 0; i < y.elements(); i++) {
            int[] at = Indexing.coordinates(y.shape(), i);
            int m = at[at.length - 2];
            int n = at[at.length - 1];
            int[] atA = leading(at, as);
            int[] atB = leading(at, bs);
            float real = 0f;
            long acc = 0;
            for (int k = 0; k < depth; k++) {
                place(atA, op.transposeA() ? k : m, op.transposeA() ? m : k);
                place(atB, op.transposeB() ? n : k, op.transposeB() ? k : n);
                int ia = Indexing.index(as, atA);
                int ib = Indexing.index(bs, atB);
                if (c.isQuantized()) {
                    acc +=
                            (long) (a.code(ia) - a.type().zeroPoint(0))
                                    * (b.code(ib) - b.type().zeroPoint(0));
                } else {
                    real = Fma.fma(a.real(ia), b.real(ib), real);
                }
            }
            if (c.isQuantized()) {
                Requantizer requantizer =
                        NodeRescale.matmul(c.node(), a.type(), b.type(), y.type(), depth);
                y.setInteger(
                        i,
                        TypeRules.isWide(a.type())
                                ? requantizer.applyWide(acc, 0, false)
                                : requantizer.apply((int) acc, 0));
            } else {
                y.setReal(i, real);
            }
        }
    }

    /** Where the matrix of an operand stands that belongs to an output element. */
    private static int[] leading(int[] at, Shape operand) {
        int[] place = new int[operand.rank()];
        for (int axis = 0; axis < place.length - 2; axis++) {
            int coordinate = at[at.length - place.length + axis];
            place[axis] = operand.dim(axis) == 1 ? 0 : coordinate;
        }
        return place;
    }

    private static void place(int[] at, int row, int column) {
        at[at.length - 2] = row;
        at[at.length - 1] = column;
    }
}
