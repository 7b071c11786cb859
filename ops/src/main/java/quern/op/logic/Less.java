package quern.op.logic;

/** Elementwise: whether the first is below the second. */
public record Less() implements Comparison {
    @Override
    public int orders() {
        return BELOW;
    }
}
