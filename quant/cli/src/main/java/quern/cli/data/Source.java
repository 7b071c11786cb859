package quern.cli.data;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import quern.error.FormatException;
import quern.tensor.Tensor;

/**
 * The samples of one input as they are stored, counted from 0. Samples are read one by one; those
 * of compressed files fast only in ascending order. Used by one thread.
 */
interface Source extends AutoCloseable {
    int size();

    /** File name of a sample, or the file and the row. */
    String name(int row);

    /** Whether each sample is a file of its own, so that its name says which sample it is. */
    boolean isNamed();

    /** The file of a sample that is a file of its own. */
    default Optional<Path> file(int row) {
        return Optional.empty();
    }

    /** The class of a sample if the file tells it. */
    default OptionalInt label(int row) {
        return OptionalInt.empty();
    }

    /**
     * A sample in a fresh array: stored numbers in the type of the file, the shape that of the
     * input.
     *
     * @throws FormatException if the file is not what it claims to be or cannot be read
     */
    Tensor read(int row);

    /** Reads no more. Never throws. */
    @Override
    default void close() {}
}
