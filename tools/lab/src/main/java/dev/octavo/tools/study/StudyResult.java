package dev.octavo.tools.study;

import java.util.List;

/**
 * What a study found.
 *
 * @param network its name
 * @param floatTop1 of the float network, with its standard error
 */
public record StudyResult(
        String network,
        int images,
        double floatTop1,
        double floatTop1Error,
        List<StudyTable> tables,
        List<ArithmeticGap> gaps) {
    /** Copies the lists. */
    public StudyResult {
        tables = List.copyOf(tables);
        gaps = List.copyOf(gaps);
    }
}
