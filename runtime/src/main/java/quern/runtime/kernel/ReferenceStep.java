package quern.runtime.kernel;

import java.util.ArrayList;
import java.util.List;
import quern.graph.Node;
import quern.reference.KernelContext;
import quern.reference.ReferenceKernels;
import quern.runtime.arena.Arena;
import quern.tensor.Tensor;

/** Runs the reference kernel of a node that has no fast kernel. */
public final class ReferenceStep implements Kernel {
    private final Node node;
    private final List<Operand> inputs;
    private final List<Operand> outputs;
    private final String why;

    ReferenceStep(Node node, List<Operand> inputs, List<Operand> outputs, String why) {
        this.node = node;
        this.inputs = inputs;
        this.outputs = outputs;
        this.why = why;
    }

    /** Why there is no fast kernel, as a clause. */
    public String why() {
        return why;
    }

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        ReferenceKernels.run(new KernelContext(node, views(inputs, arena), views(outputs, arena)));
    }

    private static List<Tensor> views(List<Operand> operands, Arena arena) {
        List<Tensor> views = new ArrayList<>();
        for (Operand o : operands) {
            views.add(o.view(arena));
        }
        return views;
    }
}
