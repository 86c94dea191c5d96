package dev.octavo.server.protocol;

/** Makes text of clients fit for messages and logs. */
public final class Texts {
    private static final int LONGEST = 80;

    private Texts() {}

    /** Returns the text without control characters, shortened to what a line can hold. */
    public static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && shown.length() < LONGEST; i++) {
            char c = text.charAt(i);
            shown.append(c < ' ' || c == 0x7f || Character.isSurrogate(c) ? '?' : c);
        }
        return text.length() > LONGEST ? shown + "…" : shown.toString();
    }
}
