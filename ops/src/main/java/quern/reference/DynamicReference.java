package quern.reference;

import java.util.List;
import java.util.Optional;
import quern.error.ShapeException;
import quern.graph.Node;
import quern.op.Dynamic;
import quern.op.OpInputs;
import quern.op.dynamic.ShapeOf;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Dynamic operators: once the inputs have values, they are other operators. */
final class DynamicReference {
    private DynamicReference() {}

    static void run(Dynamic op, KernelContext c) {
        OpInputs in = inputs(c.node(), c.inputs());
        Dynamic.Fixed fixed = op.fix(in);
        List<TensorType> types = fixed.op().infer(fixed.of(in));
        for (int i = 0; i < types.size(); i++) {
            if (!types.get(i).shape().equals(c.outputs().get(i).shape())) {
                throw new ShapeException(
                        c.node().name(),
                        "the values make its shape "
                                + types.get(i).shape()
                                + ", not "
                                + c.outputs().get(i).shape());
            }
        }
        List<String> names = fixed.inputs().stream().mapToObj(c.node().inputs()::get).toList();
        List<Tensor> values = fixed.inputs().stream().mapToObj(c.inputs()::get).toList();
        Node node = new Node(fixed.op(), names, c.node().outputs(), c.node().rounding());
        ReferenceKernels.run(new KernelContext(node, values, c.outputs()));
    }

    static void shapeOf(ShapeOf op, KernelContext c) {
        for (int i = 0; i < c.output().elements(); i++) {
            c.output().setInteger(i, c.input(0).shape().dim(i));
        }
    }

    private static OpInputs inputs(Node n, List<Tensor> values) {
        return new OpInputs() {
            @Override
            public int size() {
                return values.size();
            }

            @Override
            public boolean has(int i) {
                return n.has(i);
            }

            @Override
            public TensorType type(int i) {
                return values.get(i).type();
            }

            @Override
            public Optional<Tensor> constant(int i) {
                return Optional.of(values.get(i));
            }
        };
    }
}
