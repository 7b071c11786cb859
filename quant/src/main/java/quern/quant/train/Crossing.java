package quern.quant.train;

import java.util.List;
import java.util.Map;
import quern.graph.GraphBuilder;

/** Where a backward pass goes from a value to an earlier one by a rule of its own. */
sealed interface Crossing permits StraightThrough, Normalization {
    /** The earlier value; the crossing is made when all that is made from it was passed. */
    String raw();

    /** The value from whose gradient it starts. */
    String rounded();

    /** Values in between, which have no gradients. */
    List<String> between();

    /** Goes across; returns the name of the gradient by a scale, empty if there is none. */
    String cross(GraphBuilder b, Map<String, String> gradients);
}
