package quern.reference;

import java.util.List;
import java.util.Optional;
import quern.error.ShapeException;
import quern.graph.Node;
import quern.op.Dynamic;
import quern.op.OpInputs;
import quern.op.detection.BoxSelection;
import quern.op.dynamic.NonZero;
import quern.op.dynamic.ShapeOf;
import quern.tensor.Shape;
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

    static void nonZero(NonZero op, KernelContext c) {
        requireShape(op.shapes(c.inputs()).get(0), c);
        Tensor x = c.input(0);
        int columns = c.output().shape().dim(1);
        int column = 0;
        for (int i = 0; i < x.elements(); i++) {
            if (!NonZero.isZero(x, i)) {
                int rest = i;
                for (int axis = x.shape().rank() - 1; axis >= 0; axis--) {
                    c.output().setInteger(axis * columns + column, rest % x.shape().dim(axis));
                    rest /= x.shape().dim(axis);
                }
                column++;
            }
        }
    }

    static void boxes(BoxSelection op, KernelContext c) {
        List<int[]> all = op.selected(c.inputs());
        requireShape(Shape.of(all.size(), 3), c);
        for (int i = 0; i < all.size(); i++) {
            for (int k = 0; k < 3; k++) {
                c.output().setInteger(3 * i + k, all.get(i)[k]);
            }
        }
    }

    private static void requireShape(Shape made, KernelContext c) {
        if (!made.equals(c.output().shape())) {
            throw new ShapeException(
                    c.node().name(),
                    "the values make its shape " + made + ", not " + c.output().shape());
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
