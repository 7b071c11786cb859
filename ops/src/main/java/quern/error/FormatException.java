package quern.error;

/**
 * A model, tensor or data file is not what it claims to be, or breaks a limit.
 *
 * <p>The message is one sentence that begins with the place: a file name, a byte offset or a field
 * path. Readers of every format throw this exception or one of its subtypes and nothing else (apart
 * from {@link java.io.IOException} for a file that cannot be read).
 */
public class FormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String where;
    private final String problem;

    /**
     * @param where file, byte offset or field path; may be empty where the caller knows no place
     * @param problem what is wrong there and, if it helps, what was expected
     */
    public FormatException(String where, String problem) {
        super(where.isEmpty() ? problem : where + ": " + problem);
        this.where = where;
        this.problem = problem;
    }

    /** The place: a file, byte offset or field path; empty if unknown. */
    public final String where() {
        return where;
    }

    /** The sentence without the place. */
    public final String problem() {
        return problem;
    }

    /**
     * The same error (same subtype) with {@code outer} put before the place, for callers that know
     * the file.
     */
    public FormatException within(String outer) {
        FormatException e = new FormatException(join(outer), problem);
        e.initCause(this);
        return e;
    }

    /** {@code outer} and the place of this error as one path. */
    protected final String join(String outer) {
        return where.isEmpty() ? outer : outer + ", " + where;
    }
}
