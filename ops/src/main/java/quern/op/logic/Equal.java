package quern.op.logic;

/** Elementwise: whether the first is the second. */
public record Equal() implements Comparison {
    @Override
    public int orders() {
        return SAME;
    }
}
