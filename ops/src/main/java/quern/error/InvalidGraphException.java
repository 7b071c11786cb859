package quern.error;

/** A graph breaks a rule of graphs or of one of its operators. */
public final class InvalidGraphException extends FormatException {
    private static final long serialVersionUID = 1L;

    /**
     * @param node the node (its first output's name) or value; empty for the graph as a whole
     * @param problem the rule that is broken
     */
    public InvalidGraphException(String node, String problem) {
        super(node, problem);
    }

    @Override
    public FormatException within(String outer) {
        InvalidGraphException e = new InvalidGraphException(join(outer), problem());
        e.initCause(this);
        return e;
    }
}
