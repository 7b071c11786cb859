package quern.error;

/** Shapes or element types do not fit an operator, or a tensor is larger than can be held. */
public final class ShapeException extends FormatException {
    private static final long serialVersionUID = 1L;

    /** An error whose place is not known yet. */
    public ShapeException(String problem) {
        super("", problem);
    }

    /**
     * @param where node or tensor
     * @param problem which shapes do not fit and what was expected
     */
    public ShapeException(String where, String problem) {
        super(where, problem);
    }

    @Override
    public FormatException within(String outer) {
        ShapeException e = new ShapeException(join(outer), problem());
        e.initCause(this);
        return e;
    }
}
