package quern.runtime;

import java.util.List;
import quern.runtime.kernel.Kernel;
import quern.runtime.kernel.Operand;
import quern.runtime.kernel.Scratch;

/**
 * A kernel in its turn, with what a printed plan tells about it.
 *
 * @param title what it computes, such as {@code %y = Add(%a, %b)}
 * @param node the node's name; empty for a step that no node asked for
 * @param parts into how many parts a run is split
 */
record Step(
        String title,
        String node,
        Kernel kernel,
        int parts,
        List<Operand> inputs,
        List<Operand> outputs,
        List<Scratch> scratch) {}
