package io.freshet.standalone.cli;

/** What a person asked for cannot be done; the message says why, and needs no stack trace. */
final class UserException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UserException(String message) {
        super(message);
    }
}
