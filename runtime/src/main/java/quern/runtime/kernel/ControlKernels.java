package quern.runtime.kernel;

import java.util.HashSet;
import java.util.Set;
import quern.graph.Graph;
import quern.op.control.If;
import quern.op.control.While;
import quern.runtime.arena.Arena;
import quern.tensor.Tensor;

/** Makes the kernels of operators with graphs inside. */
final class ControlKernels {
    private ControlKernels() {}

    static Kernel loop(While op, Preparation p) {
        Graph body = op.body();
        Set<Integer> unchanged = new HashSet<>();
        for (int i = 0; i < body.outputs().size(); i++) {
            if (body.outputs().get(i).equals(body.inputs().get(i).name())) {
                unchanged.add(i);
            }
        }
        return new LoopKernel(
                p,
                p.workspace().nested(op.cond(), unchanged),
                reads(op.cond()),
                p.workspace().nested(body, unchanged),
                reads(body),
                unchanged);
    }

    static Kernel branch(If op, Preparation p) {
        return new BranchKernel(
                p,
                p.workspace().nested(op.yes(), Set.of()),
                p.workspace().nested(op.no(), Set.of()));
    }

    /** Which inputs a graph does anything with. */
    private static boolean[] reads(Graph g) {
        boolean[] reads = new boolean[g.inputs().size()];
        for (int i = 0; i < reads.length; i++) {
            String name = g.inputs().get(i).name();
            reads[i] = !g.consumers(name).isEmpty() || g.outputs().contains(name);
        }
        return reads;
    }

    static boolean isTrue(Operand flag, Arena arena) {
        return flag.bytes(arena)[flag.offset(arena)] != 0;
    }

    static void copy(Operand from, Arena source, Operand to, Arena target) {
        int slots = Tensor.slots(to.type().dtype(), to.elements());
        System.arraycopy(
                from.array(source),
                from.offset(source),
                to.array(target),
                to.offset(target),
                slots);
    }
}
