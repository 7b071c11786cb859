package quern.op;

/** An operator that can clamp its result before it is stored. */
public interface Activated extends Op {
    /** The clamp. */
    Activation activation();

    /** The same operator with another clamp. */
    Activated with(Activation other);
}
