package quern.runtime.arena;

import quern.tensor.DType.Storage;

/**
 * A piece of memory that is needed from one step to another.
 *
 * @param storage which slab it lies in
 * @param size elements of that slab, zero or more
 * @param first the first step that uses it
 * @param last the last step that uses it, {@code first} or later
 */
public record Buffer(Storage storage, int size, int first, int last) {
    public Buffer {
        if (size < 0 || first > last) {
            throw new IllegalArgumentException(
                    "a buffer of " + size + " elements from step " + first + " to step " + last);
        }
    }

    /** Whether there is a step in which both are needed. */
    public boolean overlaps(Buffer other) {
        return first <= other.last && other.first <= last;
    }
}
