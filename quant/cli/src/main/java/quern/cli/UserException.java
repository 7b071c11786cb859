package quern.cli;

/**
 * Something the user gave cannot be used; the message is one sentence for stderr and the exit code
 * is 1.
 */
public final class UserException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UserException(String sentence) {
        super(sentence);
    }

    public UserException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
