package quern.runtime.kernel;

import quern.fixedpoint.Quantization;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.op.shape.Transpose;
import quern.tensor.Quant;
import quern.tensor.TensorType;

/** Makes the kernels of operators that move elements. */
final class ShapeKernels {
    private ShapeKernels() {}

    static Kernel transpose(Transpose op, Preparation p) {
        if (p.type(0).dtype().isPacked()) {
            return p.reference("two of its elements share a byte");
        }
        int[] dims = p.output().type().shape().toArray();
        int[] strides = StridedCopy.strides(p.type(0).shape().toArray());
        int[] from = new int[dims.length];
        for (int axis = 0; axis < dims.length; axis++) {
            from[axis] = strides[op.permutation().at(axis)];
        }
        return move("transpose", p, new StridedCopy(dims, from, StridedCopy.strides(dims), 0));
    }

    static Kernel pad(Pad op, Preparation p) {
        int[] dims = p.type(0).shape().toArray();
        int[] to = StridedCopy.strides(p.output().type().shape().toArray());
        int start = 0;
        for (int axis = 0; axis < dims.length; axis++) {
            start += op.before().at(axis) * to[axis];
        }
        return new MoveKernel(
                "pad" + p.type(0).dtype(),
                new Operand[] {p.input(0)},
                new StridedCopy[] {new StridedCopy(dims, StridedCopy.strides(dims), to, start)},
                p.output(),
                fill(op, p.output().type()));
    }

    private static MoveKernel.Fill fill(Pad op, TensorType y) {
        if (!(y.quant() instanceof Quant.PerTensor q)) {
            return MoveKernel.Fill.with(op.value());
        }
        int code =
                Quantization.quantizeHalfAway(
                        op.value(), q.scale(), q.zeroPoint(), y.codeMin(), y.codeMax());
        return MoveKernel.Fill.with((byte) code);
    }

    static Kernel concat(Concat op, Preparation p) {
        Quant quant = p.output().type().quant();
        for (int i = 0; i < p.inputs(); i++) {
            if (!p.type(i).quant().equals(quant)) {
                return new ConcatS8(op.axis(), p);
            }
        }
        Operand[] inputs = new Operand[p.inputs()];
        StridedCopy[] copies = new StridedCopy[inputs.length];
        int[] to = StridedCopy.strides(p.output().type().shape().toArray());
        int start = 0;
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = p.input(i);
            int[] dims = p.type(i).shape().toArray();
            copies[i] = new StridedCopy(dims, StridedCopy.strides(dims), to, start * to[op.axis()]);
            start += dims[op.axis()];
        }
        return new MoveKernel(
                "concat" + p.type(0).dtype(), inputs, copies, p.output(), MoveKernel.Fill.NOTHING);
    }

    private static Kernel move(String name, Preparation p, StridedCopy copy) {
        return new MoveKernel(
                name + p.type(0).dtype(),
                new Operand[] {p.input(0)},
                new StridedCopy[] {copy},
                p.output(),
                MoveKernel.Fill.NOTHING);
    }
}
