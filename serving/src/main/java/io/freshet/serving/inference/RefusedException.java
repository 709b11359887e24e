package io.freshet.serving.inference;

/** A request is turned down while it is read: told to the client, not to the log. */
public final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public RefusedException(Failure failure) {
        super(failure.detail(), null, false, false); // no stack trace: nothing here is at fault
        this.failure = failure;
    }

    /** A request that is not as it should be. */
    public static RefusedException malformed(String detail) {
        return new RefusedException(Failure.badRequest(detail));
    }

    public Failure failure() {
        return failure;
    }
}
