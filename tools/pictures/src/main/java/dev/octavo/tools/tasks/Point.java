package dev.octavo.tools.tasks;

/** A place, in pixels from the upper left corner of a picture. */
public record Point(double x, double y) {}
