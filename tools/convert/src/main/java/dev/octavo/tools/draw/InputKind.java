package dev.octavo.tools.draw;

/** What the numbers of an input stand for, as far as that decides what is drawn in their place. */
public enum InputKind {
    /** Unknown: smooth noise of varying mean and spread, noise without any structure, and pictures, in turn. */
    ANY,
    /** A photograph, or something like it: brightness over places. */
    PICTURE,
    /** Waves over time: sound, vibration, electrocardiograms. */
    SIGNAL,
    /** Energy, or coefficients made of it, over time and frequency. */
    SPECTROGRAM,
    /** Numbers that do not depend on each other, any as likely as any other. */
    UNIFORM
}
