package dev.octavo.tools.study;

import java.util.List;

/** Experiments that belong together. */
public record StudyTable(String title, String explanation, List<StudyRow> rows) {
    /** Copies the list. */
    public StudyTable {
        rows = List.copyOf(rows);
    }
}
