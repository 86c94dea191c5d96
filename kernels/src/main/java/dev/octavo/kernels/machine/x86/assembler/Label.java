package dev.octavo.kernels.machine.x86.assembler;

/** A position in the code that jumps refer to, before or after it is bound by {@link CodeBuffer#bind}. */
public final class Label {
    private static final int UNBOUND = -1;

    private int position = UNBOUND;

    public boolean bound() {
        return position != UNBOUND;
    }

    public int position() {
        if (!bound()) {
            throw new IllegalArgumentException("a jump refers to a label that was never bound");
        }
        return position;
    }

    public void bindTo(int position) {
        if (bound()) {
            throw new IllegalArgumentException("label is bound already, at " + this.position);
        }
        this.position = position;
    }
}
