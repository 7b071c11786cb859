package quern.runtime.kernel;

import java.util.ArrayList;
import java.util.List;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Taps of a window in runs whose products binary32 adds up exactly: no partial sum of a channel is
 * beyond 2^24.
 *
 * @param first the first tap
 * @param count number of taps
 */
record WholeTaps(int first, int count) {
    private static final long EXACT = 1L << 24;

    /** The largest distance of a code from the zero point. */
    private static long most(TensorType x) {
        return Math.max(
                Math.abs((long) x.codeMin() - x.zeroPoint(0)),
                Math.abs((long) x.codeMax() - x.zeroPoint(0)));
    }

    /** What the runs of panels depend on besides the weights. */
    private record Form(TensorType type, int offset, int groups, int taps, long most) {}

    /** The runs of each panel of constant weights, found once for all plans of a graph. */
    static List<List<WholeTaps>> ofSlabs(Preparation p, ConvShape shape) {
        Tensor w = p.input(1).constant();
        long most = most(p.type(0));
        Form form = new Form(w.type(), w.offset(), shape.groups(), shape.taps(), most);
        return p.workspace()
                .packs()
                .get(
                        w,
                        form,
                        () ->
                                Slab.of(shape).stream()
                                        .map(s -> of(shape, most, w, s.start(), s.n()))
                                        .toList());
    }

    /** All taps of some output channels over codes of a type. */
    static List<WholeTaps> of(ConvShape shape, TensorType x, Tensor w, int start, int n) {
        return of(shape, most(x), w, start, n);
    }

    private static List<WholeTaps> of(ConvShape shape, long most, Tensor w, int start, int n) {
        List<WholeTaps> all = new ArrayList<>();
        long[] sums = new long[n];
        int first = 0;
        for (int k = 0; k < shape.taps(); k++) {
            boolean full = false;
            for (int c = 0; c < n; c++) {
                sums[c] += most * weight(shape, w, start + c, k);
                full |= sums[c] > EXACT;
            }
            if (full) {
                all.add(new WholeTaps(first, k - first));
                first = k;
                for (int c = 0; c < n; c++) {
                    sums[c] = most * weight(shape, w, start + c, k);
                }
            }
        }
        all.add(new WholeTaps(first, shape.taps() - first));
        return all;
    }

    private static int weight(ConvShape shape, Tensor w, int o, int k) {
        return Math.abs(w.code(shape.weight(o, k)) - w.type().zeroPoint(o));
    }
}
