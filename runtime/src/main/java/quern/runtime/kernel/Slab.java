package quern.runtime.kernel;

import java.util.ArrayList;
import java.util.List;
import quern.runtime.micro.Products;

/**
 * Neighbouring output channels of a group as {@link Products} want them.
 *
 * @param group the channel group
 * @param start the first output channel
 * @param n number of output channels
 * @param width {@code n}, rounded up to whole vectors
 */
record Slab(int group, int start, int n, int width) {
    /** All output channels of a convolution. */
    static List<Slab> of(ConvShape shape) {
        List<Slab> all = new ArrayList<>();
        for (int g = 0; g < shape.groups(); g++) {
            int end = (g + 1) * shape.outputs();
            for (int c = g * shape.outputs(); c < end; c += Products.WIDEST) {
                int n = Math.min(Products.WIDEST, end - c);
                all.add(new Slab(g, c, n, width(n)));
            }
        }
        return all;
    }

    /** The width of a panel of so many channels. */
    static int width(int n) {
        return (n + Products.NARROWEST - 1) / Products.NARROWEST * Products.NARROWEST;
    }
}
