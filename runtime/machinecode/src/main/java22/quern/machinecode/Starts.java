package quern.machinecode;

import java.lang.foreign.MemorySegment;

/** Where the kernels of one family begin, by vectors and by pixels. */
final class Starts {
    private final MemorySegment[][] starts;

    Starts(MemorySegment code, int[][] positions) {
        starts = new MemorySegment[positions.length][positions[0].length];
        for (int v = 0; v < positions.length; v++) {
            for (int p = 0; p < positions[v].length; p++) {
                starts[v][p] = code.asSlice(positions[v][p]);
            }
        }
    }

    MemorySegment of(int vectors, int pixels) {
        return starts[vectors - 1][pixels - 1];
    }
}
