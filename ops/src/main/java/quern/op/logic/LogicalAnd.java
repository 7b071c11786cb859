package quern.op.logic;

/** Elementwise: whether both are true. */
public record LogicalAnd() implements TruthPair {
    @Override
    public boolean of(boolean a, boolean b) {
        return a && b;
    }
}
