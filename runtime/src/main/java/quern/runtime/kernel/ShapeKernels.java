package quern.runtime.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import quern.op.shape.BatchToSpace;
import quern.op.shape.BroadcastTo;
import quern.op.shape.Concat;
import quern.op.shape.DepthToSpace;
import quern.op.shape.Pad;
import quern.op.shape.Slice;
import quern.op.shape.SpaceToBatch;
import quern.op.shape.SpaceToDepth;
import quern.op.shape.Tile;
import quern.op.shape.Transpose;
import quern.reference.ReferenceInterpreter;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;

/** Makes the kernels of operators that move boxes of elements. */
final class ShapeKernels {
    static final String PACKED = "two of its elements share a byte";

    private ShapeKernels() {}

    static Kernel transpose(Transpose op, Preparation p) {
        int[] dims = p.output().type().shape().toArray();
        int[] strides = StridedCopy.strides(p.type(0).shape().toArray());
        int[] from = new int[dims.length];
        for (int axis = 0; axis < dims.length; axis++) {
            from[axis] = strides[op.permutation().at(axis)];
        }
        return whole("transpose", p, dims, from, 0);
    }

    static Kernel slice(Slice op, Preparation p) {
        int[] dims = p.type(0).shape().toArray();
        int[] from = StridedCopy.strides(dims);
        int start = 0;
        for (int axis = 0; axis < dims.length; axis++) {
            start += op.start(axis, dims[axis]) * from[axis];
            from[axis] *= op.steps().at(axis);
        }
        return whole("slice", p, p.output().type().shape().toArray(), from, start);
    }

    static Kernel tile(Tile op, Preparation p) {
        int[] x = p.type(0).shape().toArray();
        int[] strides = StridedCopy.strides(x);
        int[] dims = new int[2 * x.length];
        int[] from = new int[dims.length];
        for (int axis = 0; axis < x.length; axis++) {
            dims[2 * axis] = op.repeats().at(axis);
            dims[2 * axis + 1] = x[axis];
            from[2 * axis + 1] = strides[axis];
        }
        return whole("tile", p, dims, from, 0);
    }

    static Kernel broadcastTo(BroadcastTo op, Preparation p) {
        int[] x = p.type(0).shape().toArray();
        int[] strides = StridedCopy.strides(x);
        int[] dims = op.shape().toArray();
        int[] from = new int[dims.length];
        for (int axis = 0; axis < x.length; axis++) {
            from[dims.length - x.length + axis] = x[axis] == 1 ? 0 : strides[axis];
        }
        return whole("broadcastTo", p, dims, from, 0);
    }

    static Kernel spaceToDepth(SpaceToDepth op, Preparation p) {
        int[] x = p.type(0).shape().toArray();
        int b = op.block();
        int[] s = StridedCopy.strides(x);
        int[] dims = {x[0], x[1] / b, x[2] / b, b, b, x[3]};
        int[] from = {s[0], s[1] * b, s[2] * b, s[1], s[2], s[3]};
        return whole("spaceToDepth", p, dims, from, 0);
    }

    static Kernel depthToSpace(DepthToSpace op, Preparation p) {
        int[] x = p.type(0).shape().toArray();
        int b = op.block();
        int depth = x[3] / (b * b);
        int[] s = StridedCopy.strides(x);
        int place = op.depthFirst() ? 1 : depth;
        int[] dims = {x[0], x[1], b, x[2], b, depth};
        int[] from = {s[0], s[1], place * b, s[2], place, op.depthFirst() ? b * b : 1};
        return whole("depthToSpace", p, dims, from, 0);
    }

    /** One copy that fills the output, which lies there as {@code dims} say. */
    private static Kernel whole(String name, Preparation p, int[] dims, int[] from, int start) {
        if (p.type(0).dtype().isPacked()) {
            return p.reference(PACKED);
        }
        StridedCopy copy = new StridedCopy(dims, from, start, StridedCopy.strides(dims), 0);
        return new MoveKernel(
                name,
                new Operand[] {p.input(0)},
                new StridedCopy[] {copy},
                p.output(),
                Optional.empty());
    }

    static Kernel pad(Pad op, Preparation p) {
        if (p.type(0).dtype().isPacked()) {
            return p.reference(PACKED);
        }
        int[] dims = p.type(0).shape().toArray();
        int[] to = StridedCopy.strides(p.output().type().shape().toArray());
        int start = 0;
        for (int axis = 0; axis < dims.length; axis++) {
            start += op.before().at(axis) * to[axis];
        }
        Operand value = p.has(1) ? p.input(1) : Operand.constant(op.element(p.output().type()));
        return new MoveKernel(
                "pad",
                new Operand[] {p.input(0)},
                new StridedCopy[] {new StridedCopy(dims, StridedCopy.strides(dims), 0, to, start)},
                p.output(),
                Optional.of(value));
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
            int[] from = StridedCopy.strides(dims);
            copies[i] = new StridedCopy(dims, from, 0, to, start * to[op.axis()]);
            start += dims[op.axis()];
        }
        return new MoveKernel("concat", inputs, copies, p.output(), Optional.empty());
    }

    static Kernel spaceToBatch(SpaceToBatch op, Preparation p) {
        Operand zero =
                Operand.constant(
                        ReferenceInterpreter.zero(p.output().type().withShape(Shape.of())));
        return batches("spaceToBatch", p, op.block(), op.before(), false, Optional.of(zero));
    }

    static Kernel batchToSpace(BatchToSpace op, Preparation p) {
        return batches("batchToSpace", p, op.block(), op.before(), true, Optional.empty());
    }

    /** For each place in a block a copy between the large images and small ones. */
    private static Kernel batches(
            String name,
            Preparation p,
            Ints block,
            Ints before,
            boolean join,
            Optional<Operand> fill) {
        if (p.type(0).dtype().isPacked()) {
            return p.reference(PACKED);
        }
        int[] large = (join ? p.output().type() : p.type(0)).shape().toArray();
        int[] small = (join ? p.type(0) : p.output().type()).shape().toArray();
        List<StridedCopy> copies = new ArrayList<>();
        if (p.output().elements() > 0 && p.input(0).elements() > 0) {
            for (int place = 0; place < small[0] / large[0]; place++) {
                copies.add(place(place, block, before, large, small, join));
            }
        }
        Operand[] inputs = new Operand[copies.size()];
        Arrays.fill(inputs, p.input(0));
        return new MoveKernel(name, inputs, copies.toArray(new StridedCopy[0]), p.output(), fill);
    }

    private static StridedCopy place(
            int place, Ints block, Ints before, int[] large, int[] small, boolean join) {
        int[] dims = small.clone();
        int[] largeStrides = StridedCopy.strides(large);
        int[] smallStrides = StridedCopy.strides(small);
        dims[0] = large[0];
        int largeStart = 0;
        int smallStart = place * large[0] * smallStrides[0];
        int rest = place;
        for (int axis = block.size(); axis > 0; axis--) {
            int b = block.at(axis - 1);
            // Pixel i of the small image is pixel i * b + offset of the large one.
            int offset = rest % b - before.at(axis - 1);
            rest /= b;
            int first = offset < 0 ? (-offset - 1) / b + 1 : 0;
            int end = Math.min(small[axis], (large[axis] - offset - 1 + b) / b);
            dims[axis] = Math.max(0, end - first);
            smallStart += first * smallStrides[axis];
            largeStart += (first * b + offset) * largeStrides[axis];
            largeStrides[axis] *= b;
        }
        return join
                ? new StridedCopy(dims, smallStrides, smallStart, largeStrides, largeStart)
                : new StridedCopy(dims, largeStrides, largeStart, smallStrides, smallStart);
    }
}
