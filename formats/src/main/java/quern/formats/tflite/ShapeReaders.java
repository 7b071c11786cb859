package quern.formats.tflite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import quern.error.FormatException;
import quern.op.Activation;
import quern.op.Op;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.activation.ReluN1To1;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.op.shape.Reshape;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Reads operators that move elements. */
final class ShapeReaders {
    private static final int NEW_SHAPE = 0;
    private static final int SQUEEZE_DIMS = 0;
    private static final int CONCAT_AXIS = 0;
    private static final int CONCAT_ACTIVATION = 1;

    private ShapeReaders() {}

    static void reshape(TfliteOperator o) {
        o.requireInputs(1, 2);
        int[] shape = o.has(1) ? o.integers(1, "shape") : o.options().table().ints(NEW_SHAPE);
        if (o.readsComplex()) {
            shape = Arrays.copyOf(shape, shape.length + 1);
            shape[shape.length - 1] = 2;
        }
        boolean scalar = shape.length == 1 && shape[0] == 0 && o.type(0).shape().elements() == 1;
        o.emit(new Reshape(scalar ? Ints.of() : Ints.of(shape)), o.input(0));
    }

    static void squeeze(TfliteOperator o) {
        o.requireInputs(1, 1);
        Shape x = o.type(0).shape();
        boolean[] dropped = new boolean[x.rank()];
        int[] axes = o.options().table().ints(SQUEEZE_DIMS);
        for (int axis : axes) {
            if (x.dim(x.axis(axis)) != 1) {
                throw new FormatException(
                        "builtin_options", "axis " + axis + " of " + x + " cannot be squeezed");
            }
            dropped[x.axis(axis)] = true;
        }
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < x.rank(); i++) {
            if (axes.length == 0 ? x.dim(i) != 1 : !dropped[i]) {
                kept.add(x.dim(i));
            }
        }
        o.emit(new Reshape(ints(kept)), o.input(0));
    }

    static void expandDims(TfliteOperator o) {
        o.requireInputs(2, 2);
        int[] axis = o.integers(1, "axis");
        List<Integer> dims = new ArrayList<>(ints(o.type(0).shape()));
        int rank = dims.size() + 1;
        int at = axis.length == 1 && axis[0] < 0 ? axis[0] + rank : axis.length == 1 ? axis[0] : -1;
        if (at < 0 || at >= rank) {
            throw new FormatException(
                    "axis", "one axis of a shape of rank " + rank + " was expected");
        }
        dims.add(at, 1);
        o.emit(new Reshape(ints(dims)), o.input(0));
    }

    static void transpose(TfliteOperator o) {
        o.requireInputs(2, 2);
        int[] permutation = o.integers(1, "permutation");
        for (int i = 0; i < permutation.length; i++) {
            permutation[i] = o.type(0).shape().axis(permutation[i]);
        }
        o.emit(new Transpose(Ints.of(permutation)), o.input(0));
    }

    static void pad(TfliteOperator o) {
        o.requireInputs(2, 2);
        o.emit(pad(o, 0), o.input(0));
    }

    static void padV2(TfliteOperator o) {
        o.requireInputs(2, 3);
        Optional<Tensor> value = o.has(2) ? o.constant(2) : Optional.empty();
        boolean real = value.filter(t -> t.dtype() == DType.F32 && t.elements() == 1).isPresent();
        if (real && o.type(0).dtype() == DType.F32) {
            o.emit(pad(o, value.get().real(0)), o.input(0));
        } else if (o.has(2)) {
            o.emit(pad(o, 0), o.input(0), o.scalar(2, "padding value"));
        } else {
            o.emit(pad(o, 0), o.input(0));
        }
    }

    private static Pad pad(TfliteOperator o, float value) {
        Ints[] sides = MoveReaders.sides(o, 1, o.type(0).shape().rank());
        return new Pad(sides[0], sides[1], value);
    }

    static void concatenation(TfliteOperator o) {
        o.requireInputs(1, Integer.MAX_VALUE);
        int axis = o.type(0).shape().axis(o.options().table().s32(CONCAT_AXIS, 0));
        String[] from = new String[o.inputs()];
        for (int i = 0; i < from.length; i++) {
            from[i] = o.input(i);
        }
        Activation fused = o.options().activation(CONCAT_ACTIVATION);
        if (fused == Activation.NONE) {
            o.emit(new Concat(axis), from);
            return;
        }
        if (o.type(0).isQuantized()) {
            throw o.unsupported("a fused activation is not supported here");
        }
        Op clamp =
                fused == Activation.RELU
                        ? new Relu()
                        : fused == Activation.RELU6 ? new Relu6() : new ReluN1To1();
        o.emit(clamp, o.step("joined", new Concat(axis), from));
    }

    /** A sparse tensor is made dense when its value is read: no node is added. */
    static void densify(TfliteOperator o) {
        o.requireInputs(1, 1);
        String value = o.input(0);
        if (o.outputType().dtype() != o.graph().type(value).dtype()) {
            throw new FormatException(
                    "outputs", "it is " + o.graph().type(value) + ", not " + o.outputType());
        }
        o.values().made(o.output(0), value);
    }

    /** The shape of a tensor is a constant. */
    static void shape(TfliteOperator o) {
        o.requireInputs(1, 1);
        int[] dims = o.type(0).shape().toArray();
        o.emit(integers(o, Shape.of(dims.length), dims));
    }

    /** The number of dimensions of a tensor is a constant. */
    static void rank(TfliteOperator o) {
        o.requireInputs(1, 1);
        o.emit(integers(o, Shape.of(), o.type(0).shape().rank()));
    }

    private static Tensor integers(TfliteOperator o, Shape shape, int... values) {
        DType dtype = o.outputType().dtype();
        if (dtype != DType.S32 && dtype != DType.S64) {
            throw new FormatException("outputs", "S32 or S64 was expected, not " + dtype);
        }
        Tensor t = Tensor.zeros(TensorType.of(dtype, shape));
        for (int i = 0; i < values.length; i++) {
            t.setInteger(i, values[i]);
        }
        return t;
    }

    private static List<Integer> ints(Shape shape) {
        List<Integer> dims = new ArrayList<>();
        for (int i = 0; i < shape.rank(); i++) {
            dims.add(shape.dim(i));
        }
        return dims;
    }

    private static Ints ints(List<Integer> dims) {
        return Ints.of(dims.stream().mapToInt(d -> d).toArray());
    }
}
