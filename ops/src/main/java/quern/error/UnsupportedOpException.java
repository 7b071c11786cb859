package quern.error;

/**
 * A model uses an operator, or a form of an operator, that Quern does not run; the message names
 * it, the place and what to do.
 */
public final class UnsupportedOpException extends FormatException {
    private static final long serialVersionUID = 1L;

    private final String op;
    private final String whatToDo;

    /**
     * @param op the operator's name in the source format
     * @param where node or tensor that uses it
     * @param whatToDo one clause: what is missing and what the user can do
     */
    public UnsupportedOpException(String op, String where, String whatToDo) {
        super(where, "operator " + op + " is not supported: " + whatToDo);
        this.op = op;
        this.whatToDo = whatToDo;
    }

    /** The operator's name in the source format. */
    public String op() {
        return op;
    }

    @Override
    public FormatException within(String outer) {
        UnsupportedOpException e = new UnsupportedOpException(op, join(outer), whatToDo);
        e.initCause(this);
        return e;
    }
}
