package quern.reference;

import java.util.List;
import java.util.concurrent.CancellationException;
import quern.error.ShapeException;
import quern.op.control.If;
import quern.op.control.Loop;
import quern.op.control.While;
import quern.tensor.Tensor;

/** Reference kernels of operators that choose or repeat graphs: interpreters within. */
final class ControlReference {
    private ControlReference() {}

    static void loop(While op, KernelContext c) {
        ReferenceInterpreter cond = new ReferenceInterpreter(op.cond());
        ReferenceInterpreter body = new ReferenceInterpreter(op.body());
        List<Tensor> variables = c.inputs();
        while (cond.run(variables).get(0).integer(0) != 0) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("loop " + c.node().name() + " was interrupted");
            }
            variables = body.run(variables);
        }
        copy(variables, c.outputs());
    }

    static void repeat(Loop op, KernelContext c) {
        ReferenceInterpreter body = new ReferenceInterpreter(op.body());
        List<Tensor> made = LoopSteps.run(c.node(), c.inputs(), body::run);
        for (int i = 0; i < made.size(); i++) {
            if (!made.get(i).shape().equals(c.outputs().get(i).shape())) {
                throw new ShapeException(
                        c.node().name(),
                        "the loop makes "
                                + made.get(i).shape()
                                + ", not "
                                + c.outputs().get(i).shape());
            }
        }
        copy(made, c.outputs());
    }

    static void branch(If op, KernelContext c) {
        ReferenceInterpreter chosen =
                new ReferenceInterpreter(c.input(0).integer(0) != 0 ? op.yes() : op.no());
        copy(chosen.run(c.inputs().subList(1, c.inputs().size())), c.outputs());
    }

    private static void copy(List<Tensor> from, List<Tensor> to) {
        for (int i = 0; i < to.size(); i++) {
            Tensor a = from.get(i);
            Tensor b = to.get(i);
            int slots = Tensor.slots(a.dtype(), a.elements());
            System.arraycopy(a.array(), a.offset(), b.array(), b.offset(), slots);
        }
    }
}
