package quern.runtime.kernel;

import quern.fixedpoint.MeanRescale;
import quern.numeric.TreeSum;
import quern.op.TypeRules;
import quern.op.reduction.Mean;
import quern.reference.NodeRescale;
import quern.tensor.DType;
import quern.tensor.Shape;

/** Makes the kernels of reductions along neighbouring axes. */
final class ReductionKernels {
    private ReductionKernels() {}

    /**
     * A tensor as {@code outer} matrices of {@code count} reduced rows and {@code inner} columns.
     */
    private record Box(int outer, int count, int inner) {
        int results() {
            return outer * inner;
        }
    }

    static Kernel mean(Mean op, Preparation p) {
        Shape shape = p.type(0).shape();
        boolean[] reduced = new boolean[shape.rank()];
        op.axes().stream().forEach(axis -> reduced[axis] = true);
        int[] sizes = {1, 1, 1};
        int stage = 0;
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (shape.dim(axis) != 1) {
                boolean next = reduced[axis] ? stage != 1 : stage == 1;
                stage += next ? 1 : 0;
                if (stage > 2) {
                    return p.reference("other axes stand between those it reduces");
                }
                sizes[stage] *= shape.dim(axis);
            }
        }
        Box box = new Box(sizes[0], sizes[1], sizes[2]);
        return p.type(0).dtype() == DType.F32 ? real(p, box) : codes(p, box);
    }

    private static Kernel real(Preparation p, Box box) {
        Operand x = p.input(0);
        Operand y = p.output();
        return new MapKernel(
                "meanF32",
                box.results(),
                (arena, start, n) -> {
                    for (int i = start; i < start + n; i++) {
                        int first = i / box.inner() * box.count() * box.inner() + i % box.inner();
                        y.floats(arena)[y.offset(arena) + i] =
                                TreeSum.mean(
                                        x.floats(arena),
                                        x.offset(arena) + first,
                                        box.inner(),
                                        box.count());
                    }
                });
    }

    private static Kernel codes(Preparation p, Box box) {
        if (box.results() == 0) {
            return new MapKernel("mean" + p.type(0).dtype(), 0, (arena, start, n) -> {});
        }
        MeanRescale rescale = NodeRescale.mean(p.node(), p.type(0), p.output().type(), box.count());
        Operand x = p.input(0);
        Operand y = p.output();
        if (TypeRules.isWide(x.type())) {
            return new MapKernel(
                    "meanS16",
                    box.results(),
                    (arena, start, n) -> {
                        short[] in = x.shorts(arena);
                        for (int i = start; i < start + n; i++) {
                            int first =
                                    i / box.inner() * box.count() * box.inner() + i % box.inner();
                            int from = x.offset(arena) + first;
                            int sum = 0;
                            for (int k = 0; k < box.count(); k++) {
                                sum += in[from + k * box.inner()];
                            }
                            y.shorts(arena)[y.offset(arena) + i] = (short) rescale.apply(sum);
                        }
                    });
        }
        int mask = Codes.of(x.type()).mask();
        return new MapKernel(
                "mean" + x.type().dtype(),
                box.results(),
                (arena, start, n) -> {
                    byte[] in = x.bytes(arena);
                    for (int i = start; i < start + n; i++) {
                        int first = i / box.inner() * box.count() * box.inner() + i % box.inner();
                        int from = x.offset(arena) + first;
                        int sum = 0;
                        for (int k = 0; k < box.count(); k++) {
                            sum += in[from + k * box.inner()] & mask;
                        }
                        y.bytes(arena)[y.offset(arena) + i] = (byte) rescale.apply(sum);
                    }
                });
    }
}
