package quern.op;

import java.util.List;
import quern.error.ShapeException;
import quern.tensor.Ints;
import quern.tensor.Shape;

/** Shape inference that convolutions and pooling share: NHWC images under a window. */
public final class ImageOps {
    private static final Ints ONES = Ints.of(1, 1);

    private ImageOps() {}

    /** Output shape {@code [n, oh, ow, channels]} of a window over an NHWC image. */
    public static Shape output(
            Shape x,
            int kernelHeight,
            int kernelWidth,
            Ints stride,
            Ints dilation,
            Padding padding,
            String channels) {
        String h =
                x.isSymbolic(1)
                        ? Shape.UNKNOWN
                        : word(Window.vertical(x.dim(1), kernelHeight, stride, dilation, padding));
        String w =
                x.isSymbolic(2)
                        ? Shape.UNKNOWN
                        : word(Window.horizontal(x.dim(2), kernelWidth, stride, dilation, padding));
        return Shape.of(List.of(x.word(0), h, w, channels));
    }

    private static String word(Window window) {
        return Integer.toString(window.output());
    }

    /**
     * Writes the attributes that every window has: {@code stride}, {@code dilation} (default 1) and
     * {@code pad}.
     */
    public static void write(Attributes a, Ints stride, Ints dilation, Padding padding) {
        a.put("stride", stride);
        if (!dilation.equals(ONES)) {
            a.put("dilation", dilation);
        }
        padding.write(a);
    }

    /** Reads attribute {@code stride}. */
    public static Ints stride(Attributes a) {
        return a.ints("stride", 2);
    }

    /** Reads attribute {@code dilation}. */
    public static Ints dilation(Attributes a) {
        return a.ints("dilation", ONES);
    }

    /** Writes attribute {@code activation} unless it is none. */
    public static void write(Attributes a, Activation activation) {
        if (activation != Activation.NONE) {
            a.put("activation", activation.label());
        }
    }

    /** Reads attribute {@code activation}. */
    public static Activation activation(Attributes a) {
        return Activation.parse(a.word("activation", "none"));
    }

    /** Throws unless both numbers of a stride, dilation or kernel are positive. */
    public static void requirePositive(Ints pair, String what) {
        if (pair.size() != 2 || pair.at(0) < 1 || pair.at(1) < 1) {
            throw new ShapeException(what + " must be two positive numbers, not " + pair);
        }
    }
}
