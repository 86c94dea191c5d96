package dev.octavo.kernels.machine;

/** A position in the code that jumps refer to, before or after it is bound by {@link CodeBuffer#bind}. */
final class Label {
    private static final int UNBOUND = -1;

    private int position = UNBOUND;

    boolean bound() {
        return position != UNBOUND;
    }

    int position() {
        if (!bound()) {
            throw new IllegalArgumentException("a jump refers to a label that was never bound");
        }
        return position;
    }

    void bindTo(int position) {
        if (bound()) {
            throw new IllegalArgumentException("label is bound already, at " + this.position);
        }
        this.position = position;
    }
}
