package quern.op.logic;

/** Elementwise: whether one of them is true. */
public record LogicalOr() implements TruthPair {
    @Override
    public boolean of(boolean a, boolean b) {
        return a || b;
    }
}
