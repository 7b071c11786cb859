package quern.runtime.kernel;

import quern.runtime.arena.Arena;

/**
 * Memory that a kernel needs while it runs, a piece for each part.
 *
 * @param buffer the buffer of the arena that holds all pieces
 * @param size elements of one piece
 */
public record Scratch(int buffer, int size) {
    /** Where the piece of a part begins in its slab. */
    public int offset(Arena arena, int part) {
        return arena.offset(buffer) + part * size;
    }
}
