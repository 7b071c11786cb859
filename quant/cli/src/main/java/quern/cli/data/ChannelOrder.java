package quern.cli.data;

import java.util.Locale;

/** The order in which a model takes the channels of a colour picture. */
public enum ChannelOrder {
    RGB,
    BGR;

    /** The name on the command line and in metadata. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Which of red (0), green (1) and blue (2) stands at channel {@code c} of {@code channels}. */
    int component(int c, int channels) {
        return this == BGR ? channels - 1 - c : c;
    }

    /**
     * The order of a label.
     *
     * @throws IllegalArgumentException if it is neither {@code rgb} nor {@code bgr}
     */
    public static ChannelOrder parse(String label) {
        for (ChannelOrder order : values()) {
            if (order.label().equals(label)) {
                return order;
            }
        }
        throw new IllegalArgumentException(
                "'" + label + "' is no channel order; known are rgb, bgr");
    }
}
