package quern.op.logic;

/** Elementwise: whether the first is not above the second, and neither is NaN. */
public record LessEqual() implements Comparison {
    @Override
    public int orders() {
        return BELOW | SAME;
    }
}
