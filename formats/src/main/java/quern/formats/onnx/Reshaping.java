package quern.formats.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import quern.op.Op;
import quern.op.dynamic.ReshapeBy;
import quern.op.dynamic.ShapeOf;
import quern.op.shape.Concat;
import quern.op.shape.Reshape;
import quern.op.shape.Slice;
import quern.tensor.Ints;
import quern.tensor.Shape;

/**
 * The operator that puts a value under another shape. If more than one new dimension is not known,
 * the shape is computed.
 *
 * @param inputs what the operator reads
 */
record Reshaping(Op op, List<String> inputs) {
    /**
     * @param dims for each new dimension its number or, if negative, {@code -1 - axis} for the
     *     dimension of an axis of the value
     */
    static Reshaping of(OnnxNode o, String x, int... dims) {
        Shape s = o.shape(x);
        int[] known =
                Arrays.stream(dims)
                        .map(d -> d >= 0 ? d : s.isSymbolic(-1 - d) ? -1 : s.dim(-1 - d))
                        .toArray();
        if (Arrays.stream(known).filter(d -> d < 0).count() <= 1) {
            return new Reshaping(new Reshape(Ints.of(known)), List.of(x));
        }
        String shape = o.add(new ShapeOf(), x);
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < dims.length; i++) {
            parts.add(
                    known[i] >= 0
                            ? o.list(known[i])
                            : o.add(Slice.of(Ints.of(-1 - dims[i]), Ints.of(1)), shape));
        }
        String all = o.add(new Concat(0), 1, parts).get(0);
        return new Reshaping(new ReshapeBy(true), List.of(x, all));
    }
}
