package quern.runtime.micro;

/**
 * Where windows over an image lie, settled before the first run: pixel {@code p} of the output sees
 * the elements {@code from[p] + taps[k]} of the input, counted from the image's first element, and
 * its first channel is element {@code to[p]} of the output. Nobody changes the arrays.
 *
 * @param from for each pixel where its window begins
 * @param to for each pixel where it is written
 * @param taps for each tap how far it is from the beginning of the window
 */
public record Walk(int[] from, int[] to, int[] taps) {}
