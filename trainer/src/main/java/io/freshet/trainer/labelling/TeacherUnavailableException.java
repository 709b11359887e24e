package io.freshet.trainer.labelling;

/** This labeller cannot have the teacher that a task wants: others may. */
final class TeacherUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    TeacherUnavailableException(String message) {
        super(message);
    }

    TeacherUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
