package quern.op.logic;

/** Elementwise: whether the first is not below the second, and neither is NaN. */
public record GreaterEqual() implements Comparison {
    @Override
    public int orders() {
        return ABOVE | SAME;
    }
}
