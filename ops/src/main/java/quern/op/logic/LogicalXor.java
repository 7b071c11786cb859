package quern.op.logic;

/** Elementwise: whether just one of them is true. */
public record LogicalXor() implements TruthPair {
    @Override
    public boolean of(boolean a, boolean b) {
        return a != b;
    }
}
