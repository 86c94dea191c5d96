package dev.octavo.tools.json;

import dev.octavo.tools.records.RecordException;
import dev.octavo.tools.records.Records;

/** Writes records as JSON and reads them again, in the form that {@link Records} defines. */
public final class RecordJson {
    private RecordJson() {}

    /** Returns a record as text over several lines. Equal records give equal texts. */
    public static String write(Record value) {
        return JsonText.indented(Records.tree(value));
    }

    /**
     * Reads a record.
     *
     * @param source what messages call the text
     * @param defaults supplies what the text leaves out
     * @throws RecordException if the text is malformed, has a key that the record does not have, or a value that it does not
     *     take
     */
    public static <T extends Record> T read(String text, String source, T defaults) {
        return Records.read(JsonText.parse(text, source), source, defaults);
    }
}
