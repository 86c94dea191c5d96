package dev.octavo.kernels;

/** Why a tier cannot be used in this JVM, and what would make it usable. */
public final class TierUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    /**
     * Creates the exception.
     *
     * @param reason one clause for a log, such as "module x is absent: start the JVM with --add-modules x"
     */
    public TierUnavailableException(String reason) {
        super(reason);
    }

    /**
     * Creates the exception.
     *
     * @param reason one clause for a log
     * @param cause what was refused
     */
    public TierUnavailableException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
