package dev.octavo.kernels.machine;

/** Why emitted code cannot run here, and what would change it; another tier serves then. */
final class MachineUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    MachineUnavailableException(String message) {
        super(message);
    }

    MachineUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
