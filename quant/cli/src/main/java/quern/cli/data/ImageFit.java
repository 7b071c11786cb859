package quern.cli.data;

import quern.numeric.ShortestDecimal;

/**
 * How a picture of any size becomes an input of one size: {@code
 * HxW:stretch|crop[=FRACTION]|letterbox[=center|top-left[,PAD]]}.
 *
 * @param height rows of the input
 * @param width columns of the input
 * @param mode which part of the picture goes where
 */
public record ImageFit(int height, int width, Mode mode) {
    private static final int LARGEST_SIDE = 16384;

    /** Which part of the picture goes where. */
    public sealed interface Mode {}

    /** The whole picture fills the input; its aspect ratio is lost. */
    public record Stretch() implements Mode {}

    /**
     * The middle part, {@code fraction} of the picture's height and of its width, fills the input;
     * its aspect ratio is lost.
     */
    public record Crop(float fraction) implements Mode {
        /** What is cropped if nothing else is said. */
        public static final float USUAL = 0.875f;

        public Crop {
            if (!(fraction > 0 && fraction <= 1)) {
                throw new IllegalArgumentException("a crop is above 0 and at most 1");
            }
        }
    }

    /**
     * The whole picture, its aspect ratio kept, is as large as fits; the rest is {@code pad}. Sides
     * are rounded to the nearest pixel; in the middle, the odd pixel of padding is on the right and
     * below.
     *
     * @param centred in the middle, not in the top left corner
     * @param pad value of every channel before normalization, 0 to 255
     */
    public record Letterbox(boolean centred, float pad) implements Mode {
        /** The grey that is padded with if nothing else is said. */
        public static final float USUAL = 114;

        public Letterbox {
            if (!(pad >= 0 && pad <= 255)) {
                throw new IllegalArgumentException("padding is a pixel value from 0 to 255");
            }
        }
    }

    /**
     * @throws IllegalArgumentException if a side is not from 1 to 16384
     */
    public ImageFit {
        if (height < 1 || width < 1 || height > LARGEST_SIDE || width > LARGEST_SIDE) {
            throw new IllegalArgumentException(
                    "a picture of " + height + "x" + width + " is not from 1 to 16384 pixels wide");
        }
    }

    /**
     * Reads what {@link #text()} prints.
     *
     * @throws IllegalArgumentException with a sentence if the text is something else
     */
    public static ImageFit parse(String text) {
        int colon = text.indexOf(':');
        int x = text.indexOf('x');
        if (colon < 0 || x < 0 || x > colon) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is not HxW:stretch, HxW:crop[=FRACTION] or"
                            + " HxW:letterbox[=center|top-left[,PAD]]");
        }
        return new ImageFit(
                Decimals.whole(text.substring(0, x), 1),
                Decimals.whole(text.substring(x + 1, colon), 1),
                mode(text.substring(colon + 1)));
    }

    private static Mode mode(String text) {
        int equals = text.indexOf('=');
        String word = equals < 0 ? text : text.substring(0, equals);
        String rest = equals < 0 ? "" : text.substring(equals + 1);
        if (word.equals("stretch") && equals < 0) {
            return new Stretch();
        } else if (word.equals("crop")) {
            return new Crop(equals < 0 ? Crop.USUAL : Decimals.number(rest));
        } else if (word.equals("letterbox")) {
            int comma = rest.indexOf(',');
            String corner = comma < 0 ? rest : rest.substring(0, comma);
            float pad = comma < 0 ? Letterbox.USUAL : Decimals.number(rest.substring(comma + 1));
            if (equals < 0 || corner.equals("center")) {
                return new Letterbox(true, pad);
            } else if (corner.equals("top-left")) {
                return new Letterbox(false, pad);
            }
        }
        throw new IllegalArgumentException(
                "'"
                        + text
                        + "' fits no picture; known are stretch, crop[=FRACTION],"
                        + " letterbox[=center|top-left[,PAD]]");
    }

    /** The option's value that means this. */
    public String text() {
        String size = height + "x" + width + ":";
        if (mode instanceof Crop c) {
            return size + "crop=" + ShortestDecimal.print(c.fraction());
        } else if (mode instanceof Letterbox l) {
            return size
                    + "letterbox="
                    + (l.centred() ? "center," : "top-left,")
                    + ShortestDecimal.print(l.pad());
        }
        return size + "stretch";
    }

    /** Where a picture of the given size goes. */
    public Placement place(int pictureHeight, int pictureWidth) {
        if (mode instanceof Crop c) {
            double h = (double) pictureHeight * c.fraction();
            double w = (double) pictureWidth * c.fraction();
            return new Placement(
                    (pictureWidth - w) / 2, (pictureHeight - h) / 2, w, h, 0, 0, width, height);
        } else if (mode instanceof Letterbox l) {
            double scale = Math.min((double) height / pictureHeight, (double) width / pictureWidth);
            int h = side(pictureHeight * scale, height);
            int w = side(pictureWidth * scale, width);
            int left = l.centred() ? (width - w) / 2 : 0;
            int top = l.centred() ? (height - h) / 2 : 0;
            return new Placement(0, 0, pictureWidth, pictureHeight, left, top, w, h);
        }
        return new Placement(0, 0, pictureWidth, pictureHeight, 0, 0, width, height);
    }

    private static int side(double length, int most) {
        return (int) Math.max(1, Math.min(most, Math.round(length)));
    }

    /** The value of padding, before normalization; 0 where nothing is padded. */
    float pad() {
        return mode instanceof Letterbox l ? l.pad() : 0;
    }
}
