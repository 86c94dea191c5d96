package dev.octavo.tools.study;

/**
 * One experiment.
 *
 * @param recipe how weights and ranges were chosen
 * @param arithmetic what ran, such as {@code W4A4 fake} or {@code integers}
 * @param published what papers say of the same experiment on networks of theirs; may be empty
 */
public record StudyRow(String recipe, String arithmetic, Measurement measured, String published) {}
