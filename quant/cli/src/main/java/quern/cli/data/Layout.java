package quern.cli.data;

import java.util.Locale;

/** The order of the axes of a picture in a tensor: batch, channels, height, width. */
public enum Layout {
    /** Planes: all of the first channel, then the second. */
    NCHW,

    /** Pixels: all channels of the first pixel, then the second. */
    NHWC;

    /** The name on the command line and in metadata. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The layout of a label.
     *
     * @throws IllegalArgumentException if it is neither {@code nchw} nor {@code nhwc}
     */
    public static Layout parse(String label) {
        for (Layout layout : values()) {
            if (layout.label().equals(label)) {
                return layout;
            }
        }
        throw new IllegalArgumentException("'" + label + "' is no layout; known are nchw, nhwc");
    }
}
