package quern.op.logic;

/** Elementwise: whether the first is above the second. */
public record Greater() implements Comparison {
    @Override
    public int orders() {
        return ABOVE;
    }
}
