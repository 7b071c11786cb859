package quern.cli.data;

/**
 * Which part of a picture lands where in a model's input. The rest of the input is padding.
 *
 * <p>Target pixel {@code x} (counted from {@code left}) has its centre over the source coordinate
 * {@code sourceX + (x + 0.5) * sourceWidth / width}, in units of source pixels whose centres are at
 * halves; likewise down.
 *
 * @param sourceX left edge of the part taken from the picture
 * @param sourceY its top edge
 * @param sourceWidth its width
 * @param sourceHeight its height
 * @param left first column of the input that is filled
 * @param top first row of the input that is filled
 * @param width columns that are filled
 * @param height rows that are filled
 */
public record Placement(
        double sourceX,
        double sourceY,
        double sourceWidth,
        double sourceHeight,
        int left,
        int top,
        int width,
        int height) {}
