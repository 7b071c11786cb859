package quern.formats;

import quern.error.FormatException;

/**
 * What a reader accepts before it refuses a file: a hostile file may claim any size, and every
 * claim is checked against these limits and against the file's own length before memory is taken.
 * Immutable.
 *
 * @param fileBytes largest file; at most {@link #MAX_FILE_BYTES}
 * @param headerBytes largest header (the JSON header of {@code .qrn}, the dictionary of {@code
 *     .npy})
 * @param nodes most nodes of a graph, its subgraphs included
 * @param tensorBytes largest tensor: input, constant or intermediate value of static shape
 * @param constantBytes most bytes of all constants together
 */
public record Limits(
        long fileBytes, long headerBytes, int nodes, long tensorBytes, long constantBytes) {
    /** The largest file that a reader can hold: what fits a Java array. */
    public static final long MAX_FILE_BYTES = Integer.MAX_VALUE - 8;

    private static final Limits STANDARD =
            new Limits(MAX_FILE_BYTES, 16 << 20, 100_000, 1L << 30, MAX_FILE_BYTES);

    public Limits {
        if (fileBytes < 0
                || fileBytes > MAX_FILE_BYTES
                || headerBytes < 0
                || nodes < 0
                || tensorBytes < 0
                || constantBytes < 0) {
            throw new IllegalArgumentException(
                    "limits must not be negative, and files of at most "
                            + MAX_FILE_BYTES
                            + " bytes can be read");
        }
    }

    /**
     * The limits of readers that are given none: files up to 2 GB, headers up to 16 MB, 100,000
     * nodes, tensors up to 1 GB.
     */
    public static Limits standard() {
        return STANDARD;
    }

    /** These limits with another largest file. */
    public Limits withFileBytes(long bytes) {
        return new Limits(bytes, headerBytes, nodes, tensorBytes, constantBytes);
    }

    /** These limits with another largest header. */
    public Limits withHeaderBytes(long bytes) {
        return new Limits(fileBytes, bytes, nodes, tensorBytes, constantBytes);
    }

    /** These limits with another number of nodes. */
    public Limits withNodes(int count) {
        return new Limits(fileBytes, headerBytes, count, tensorBytes, constantBytes);
    }

    /** These limits with another largest tensor. */
    public Limits withTensorBytes(long bytes) {
        return new Limits(fileBytes, headerBytes, nodes, bytes, constantBytes);
    }

    /** These limits with another size of all constants together. */
    public Limits withConstantBytes(long bytes) {
        return new Limits(fileBytes, headerBytes, nodes, tensorBytes, bytes);
    }

    /**
     * Throws if {@code actual} is above {@code limit}.
     *
     * @param where file offset or field path
     * @param what what is counted, such as {@code "bytes of the header"}
     */
    public static void require(long actual, long limit, String where, String what) {
        if (actual > limit) {
            throw new FormatException(
                    where, actual + " " + what + " are more than the limit of " + limit);
        }
    }
}
