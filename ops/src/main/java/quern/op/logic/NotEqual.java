package quern.op.logic;

/** Elementwise: whether the first is not the second, as NaN never is. */
public record NotEqual() implements Comparison {
    @Override
    public int orders() {
        return BELOW | ABOVE | UNORDERED;
    }
}
