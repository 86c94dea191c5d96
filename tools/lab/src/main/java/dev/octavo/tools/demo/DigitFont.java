package dev.octavo.tools.demo;

import java.util.List;

/**
 * The ten digits as strokes.
 *
 * @param digits each in a box 60 wide and 100 high with the origin in its upper left corner
 */
record DigitFont(List<Outline> digits) {
    /** As a ruler and a pair of compasses draw them. */
    private static final DigitFont ROUND = of("""
        A 30 50 27 47 0 360
        M 12 20 L 34 3 L 34 97
        A 30 29 26 26 190 395 L 5 97 L 57 97
        A 28 26 24 23 200 450 A 28 73 27 24 270 520
        M 44 97 L 44 3 L 3 68 L 58 68
        M 52 3 L 12 3 L 8 46 A 28 66 27 31 222 510
        M 46 3 Q 6 28 4 68 A 30 68 26 29 180 540
        M 4 3 L 56 3 L 22 97
        A 30 26 22 23 90 450 A 30 73 27 24 270 630
        M 14 97 Q 54 72 56 32 A 30 32 26 29 0 360
        """);

    /** As a display of seven segments shows them. */
    private static final DigitFont SEGMENT = of("""
        M 4 3 L 56 3 L 56 97 L 4 97 L 4 3
        M 34 3 L 34 97
        M 4 3 L 56 3 L 56 50 L 4 50 L 4 97 L 56 97
        M 4 3 L 56 3 L 56 97 L 4 97 M 14 50 L 56 50
        M 4 3 L 4 50 L 56 50 M 56 3 L 56 97
        M 56 3 L 4 3 L 4 50 L 56 50 L 56 97 L 4 97
        M 56 3 L 4 3 L 4 97 L 56 97 L 56 50 L 4 50
        M 4 24 L 4 3 L 56 3 L 56 97
        M 4 50 L 4 3 L 56 3 L 56 97 L 4 97 L 4 50 L 56 50
        M 56 50 L 4 50 L 4 3 L 56 3 L 56 97 L 4 97
        """);

    /** As a hurried hand writes them. */
    private static final DigitFont HAND = of("""
        A 30 50 24 46 -80 290
        M 30 3 L 27 97
        M 6 24 Q 28 -18 50 20 Q 58 50 8 94 Q 20 80 34 92 Q 46 100 58 88
        M 8 10 L 52 4 L 26 42 Q 62 42 52 74 Q 40 104 4 90
        M 16 4 L 5 58 L 57 52 M 42 28 L 37 97
        M 54 4 L 16 6 L 12 46 Q 58 34 52 72 Q 44 104 5 92
        M 42 3 Q 0 40 8 78 Q 18 106 44 90 Q 60 68 42 56 Q 22 48 8 76
        M 4 8 L 56 4 L 20 97 M 12 54 L 50 48
        M 50 14 Q 20 -12 10 20 Q 10 38 32 50 Q 62 66 46 86 Q 26 108 10 84 Q 2 66 30 50 Q 56 34 50 14
        M 52 16 Q 20 -10 8 26 Q 6 56 32 50 Q 50 42 52 16 L 45 97
        """);

    /** As a number plate is stamped: straight sides, a foot under the 1, a flat 3. */
    private static final DigitFont PLATE = of("""
        A 30 27 26 24 180 360 A 30 73 26 24 0 180 L 4 27
        M 10 22 L 30 4 L 30 97 M 8 97 L 52 97
        M 4 36 A 30 27 26 24 180 405 L 4 97 L 56 97 L 56 82
        M 6 3 L 54 3 L 28 40 A 28 68 28 29 270 510
        M 36 97 L 36 3 L 26 3 L 3 74 L 57 74
        M 54 3 L 8 3 L 8 52 L 14 44 A 30 68 26 29 235 510
        A 31 27 26 24 330 180 L 5 73 A 30 70 25 27 180 540
        M 4 18 L 4 3 L 56 3 Q 28 40 26 97
        A 30 25 20 22 0 360 M 30 47 A 30 72 27 25 270 630
        A 30 30 25 27 0 360 L 55 73 A 30 73 25 24 0 150
        """);

    /** Every font there is. */
    static final List<DigitFont> ALL = List.of(ROUND, SEGMENT, HAND, PLATE);

    /** A font of ten lines, each an {@link Outline#path}. */
    private static DigitFont of(String paths) {
        return new DigitFont(paths.lines().map(Outline::path).toList());
    }

    /** The strokes of {@code digit}, centred at the origin in a box 1.2 wide and 2 high. */
    Outline digit(int digit) {
        return digits.get(digit).map(p -> new Outline.Point((p.x() - 30) / 50, (p.y() - 50) / 50));
    }
}
