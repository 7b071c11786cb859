package quern.op.signal;

import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Discrete Fourier transform of real matrices, the last two axes: {@code y[u,v] = sum_{h,w} x[h,w]
 * * exp(-2 pi i (u h / H + v w / W))} for {@code v} up to {@code W / 2}. Float32; the output {@code
 * [.., H, W / 2 + 1, 2]} is complex. Matrices are cut to H x W or filled up with zeros.
 *
 * @param length H and W, powers of two
 */
public record Rfft2d(Ints length) implements Op {
    private static final int LONGEST = 1 << 20;

    public Rfft2d {
        if (length.size() != 2 || !isPower(length.at(0)) || !isPower(length.at(1))) {
            throw new ShapeException(
                    "the lengths of a Fourier transform must be two powers of two up to "
                            + LONGEST
                            + ", not "
                            + length);
        }
    }

    private static boolean isPower(int n) {
        return n > 0 && n <= LONGEST && (n & (n - 1)) == 0;
    }

    @Override
    public Arity arity() {
        return Arity.of(1);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        TensorType x = in.type(0);
        if (!TypeRules.isReal(x) || x.shape().rank() < 2) {
            throw new ShapeException(
                    "a Fourier transform needs F32 matrices, but its input is " + x);
        }
        List<String> words = new ArrayList<>(x.shape().words());
        words.set(words.size() - 2, Integer.toString(length.at(0)));
        words.set(words.size() - 1, Integer.toString(length.at(1) / 2 + 1));
        words.add("2");
        return List.of(TypeRules.open(x, Shape.of(words)));
    }

    @Override
    public void write(Attributes a) {
        a.put("length", length);
    }

    /** Restores what {@link #write} wrote. */
    public static Rfft2d read(Attributes a) {
        return new Rfft2d(a.ints("length", 2));
    }
}
