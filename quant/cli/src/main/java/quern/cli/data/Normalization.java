package quern.cli.data;

import quern.error.ShapeException;
import quern.tensor.Floats;

/**
 * From pixel values 0 to 255 to real inputs: {@code (pixel - mean) / std} in binary32, for each
 * channel of the model, in the model's order. One number stands for all channels.
 *
 * @param mean at least one number
 * @param std at least one number, none of them zero
 */
public record Normalization(Floats mean, Floats std) {
    /** Pixels as they are: mean 0, standard deviation 1. */
    public static final Normalization NONE = new Normalization(Floats.of(0), Floats.of(1));

    /**
     * @throws IllegalArgumentException if a list is empty or a standard deviation zero
     */
    public Normalization {
        if (mean.size() == 0 || std.size() == 0) {
            throw new IllegalArgumentException("mean and std need at least one number");
        }
        for (int i = 0; i < std.size(); i++) {
            if (std.at(i) == 0) {
                throw new IllegalArgumentException("a std of 0 cannot be divided by");
            }
        }
    }

    /** Whether pixels stay as they are. */
    boolean isNone() {
        return equals(NONE);
    }

    /** The real input of a pixel value. */
    float apply(float pixel, int channel) {
        return (pixel - at(mean, channel)) / at(std, channel);
    }

    /** Refuses lists that have neither one number nor one for each of {@code channels}. */
    void check(String input, int channels) {
        for (Floats list : new Floats[] {mean, std}) {
            if (list.size() != 1 && list.size() != channels) {
                throw new ShapeException(
                        (list == mean ? "mean" : "std")
                                + " has "
                                + list.size()
                                + " numbers, but input "
                                + input
                                + " takes pictures of "
                                + channels
                                + (channels == 1 ? " channel" : " channels"));
            }
        }
    }

    private static float at(Floats list, int channel) {
        return list.at(list.size() == 1 ? 0 : channel);
    }
}
