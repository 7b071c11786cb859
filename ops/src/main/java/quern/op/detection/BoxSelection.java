package quern.op.detection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.op.ValueShaped;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Non-maximum suppression as ONNX has it: for each batch and class the boxes with the highest
 * scores, without those that overlap a better one too much.
 *
 * <p>Inputs: boxes [batches, boxes, 4], two opposite corners (y, x, y, x); scores [batches,
 * classes, boxes]; scalars: the most boxes of a class (S64, 0 if it is not given), the overlap
 * above which a box is dropped (F32, 0), the score that is not enough (F32, none). Output: S64 [n,
 * 3]: batch, class and box.
 *
 * @param centers boxes are (x, y, width, height) around a centre
 */
public record BoxSelection(boolean centers) implements ValueShaped {
    @Override
    public Arity arity() {
        return Arity.optional(2, 5);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TypeRules.rank(in.type(0), 3, "boxes");
        TypeRules.rank(in.type(1), 3, "scores");
        if (!TypeRules.isReal(in.type(0)) || !TypeRules.isReal(in.type(1))) {
            throw new ShapeException("boxes and scores must be F32");
        }
        return List.of(TensorType.of(DType.S64, Shape.of(List.of(Shape.UNKNOWN, "3"))));
    }

    @Override
    public List<Shape> shapes(List<Tensor> inputs) {
        return List.of(Shape.of(selected(inputs).size(), 3));
    }

    /** Batch, class and box of what is selected, in the order of the output. */
    public List<int[]> selected(List<Tensor> inputs) {
        Tensor boxes = inputs.get(0);
        Tensor scores = inputs.get(1);
        Shape s = scores.shape();
        if (boxes.shape().dim(0) != s.dim(0)
                || boxes.shape().dim(1) != s.dim(2)
                || boxes.shape().dim(2) != 4) {
            throw new ShapeException("boxes " + boxes.type() + " and scores " + scores.type());
        }
        long most = number(inputs, 2) == null ? 0 : number(inputs, 2).integer(0);
        float overlap = number(inputs, 3) == null ? 0 : number(inputs, 3).real(0);
        float enough =
                number(inputs, 4) == null ? Float.NEGATIVE_INFINITY : number(inputs, 4).real(0);
        List<int[]> all = new ArrayList<>();
        for (int b = 0; b < s.dim(0); b++) {
            for (int c = 0; c < s.dim(1); c++) {
                int first = (b * s.dim(1) + c) * s.dim(2);
                List<Integer> kept = new ArrayList<>();
                for (int i : order(scores, first, s.dim(2), enough)) {
                    if (kept.size() < most && isFree(boxes, b * s.dim(2), i, kept, overlap)) {
                        kept.add(i);
                        all.add(new int[] {b, c, i});
                    }
                }
            }
        }
        return all;
    }

    private static Tensor number(List<Tensor> inputs, int i) {
        return i < inputs.size() && inputs.get(i).elements() == 1 ? inputs.get(i) : null;
    }

    private static List<Integer> order(Tensor scores, int first, int n, float enough) {
        return IntStream.range(0, n)
                .filter(i -> scores.real(first + i) > enough)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> -scores.real(first + i)))
                .toList();
    }

    private boolean isFree(Tensor boxes, int first, int i, List<Integer> kept, float overlap) {
        return kept.stream().noneMatch(k -> overlap(boxes, first + i, first + k) > overlap);
    }

    private float overlap(Tensor boxes, int a, int b) {
        float[] p = corners(boxes, a);
        float[] q = corners(boxes, b);
        float height = Math.max(0, Math.min(p[2], q[2]) - Math.max(p[0], q[0]));
        float width = Math.max(0, Math.min(p[3], q[3]) - Math.max(p[1], q[1]));
        float both = height * width;
        float whole = (p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - both;
        return whole <= 0 ? 0 : both / whole;
    }

    private float[] corners(Tensor boxes, int i) {
        float[] n = new float[4];
        for (int k = 0; k < 4; k++) {
            n[k] = boxes.real(4 * i + k);
        }
        if (centers) {
            float x = n[0];
            float y = n[1];
            return new float[] {y - n[3] / 2, x - n[2] / 2, y + n[3] / 2, x + n[2] / 2};
        }
        return new float[] {
            Math.min(n[0], n[2]), Math.min(n[1], n[3]), Math.max(n[0], n[2]), Math.max(n[1], n[3])
        };
    }

    @Override
    public void write(Attributes a) {
        if (centers) {
            a.put("centers", true);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static BoxSelection read(Attributes a) {
        return new BoxSelection(a.flag("centers", false));
    }
}
