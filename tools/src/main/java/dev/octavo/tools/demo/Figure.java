package dev.octavo.tools.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * What a picture shows, before it is placed, coloured and spoilt: parts painted one over the other, in a plane where the
 * figure reaches about from −1 to 1.
 *
 * @param parts from the back to the front
 */
record Figure(List<Part> parts) {
    /** The names of the classes; the digit d is class d. */
    static final List<String> CLASSES = List.of(
            "0",
            "1",
            "2",
            "3",
            "4",
            "5",
            "6",
            "7",
            "8",
            "9",
            "warning",
            "yield",
            "stop",
            "no entry",
            "closed road",
            "priority road",
            "turn left",
            "turn right",
            "straight on",
            "crossing");

    private static final Outline DISC = Outline.regular(24, 0);
    private static final Outline SQUARE = Outline.regular(4, 45);
    private static final Outline OCTAGON = Outline.regular(8, 22.5);
    private static final Outline TRIANGLE = Outline.regular(3, -90);
    private static final Outline ARROW =
            Outline.path("M 0 9 L 0 -9 M -7 -2 L 0 -9 L 7 -2").scaled(0.1);
    private static final Outline BENT_ARROW =
            Outline.path("M -6 9 L -6 -3 L 8 -3 M 2 -9 L 8 -3 L 2 3").scaled(0.1);
    private static final Outline ARROW_HEAD =
            Outline.polygon(0, -1, 0.85, 0.05, 0.3, 0.05, 0.3, 0.95, -0.3, 0.95, -0.3, 0.05, -0.85, 0.05);
    private static final Outline CROSS =
            Outline.path("M -8 -8 L 8 8 M 8 -8 L -8 8").scaled(0.1);

    /** The two colours of a figure: that of its marks and that of the plate under them. */
    enum Tone {
        INK,
        PAPER
    }

    /**
     * One painted outline.
     *
     * @param strokeWidth 0 for a filled outline
     */
    record Part(Outline outline, double strokeWidth, Tone tone) {}

    /** A figure of class {@code label}, in a style chosen by {@code random}. */
    static Figure of(int label, PictureRandom random) {
        return new Figure(
                switch (CLASSES.get(label)) {
                    case "warning" -> plate(TRIANGLE.map(p -> shifted(p, 0.25)), 0.55, random);
                    case "yield" -> plate(TRIANGLE.map(p -> shifted(p, 0.25)).scaled(-1), 0.55, random);
                    case "stop" -> stop(random);
                    case "priority road" -> plate(Outline.regular(4, 0).scaled(1.1), 0.7, random);
                    case "no entry" -> noEntry(random);
                    case "closed road" -> closedRoad(random);
                    case "turn right" -> arrow(turn(random, 1), random);
                    case "turn left" -> arrow(turn(random, -1), random);
                    case "straight on" -> arrow(turn(random, 0), random);
                    case "crossing" -> onPlate(CROSS, random.uniform(0.2, 0.5), 0.4, random);
                    default -> onPlate(digit(label, random), random.uniform(0.14, 0.46), 0.3, random);
                });
    }

    private static Outline digit(int digit, PictureRandom random) {
        return DigitFont.ALL.get(random.below(DigitFont.ALL.size())).digit(digit);
    }

    private static Outline.Point shifted(Outline.Point p, double down) {
        return new Outline.Point(1.1 * p.x(), 1.1 * (p.y() + down));
    }

    /** A sign told by its contour: full, with a border, or only a border; some carry a mark that says nothing. */
    private static List<Part> plate(Outline contour, double inner, PictureRandom random) {
        List<Part> parts = new ArrayList<>();
        int style = random.below(3);
        if (style == 2) {
            parts.add(new Part(contour, random.uniform(0.15, 0.35), Tone.INK));
            return parts;
        }
        parts.add(new Part(contour, 0, Tone.INK));
        if (style == 1) {
            parts.add(new Part(contour.scaled(random.uniform(inner - 0.1, inner + 0.1)), 0, Tone.PAPER));
        }
        if (random.chance(0.4)) {
            double x = random.symmetric(0.3);
            double height = random.uniform(0.1, 0.4);
            parts.add(new Part(
                    Outline.line(x, -height, random.symmetric(0.3), height),
                    random.uniform(0.1, 0.25),
                    style == 1 ? Tone.INK : Tone.PAPER));
        }
        return parts;
    }

    /** An octagon alone is too close to a disc at this size: the bars stand for the word. */
    private static List<Part> stop(PictureRandom random) {
        double height = random.uniform(0.25, 0.4);
        double gap = random.uniform(0.28, 0.36);
        double strokeWidth = random.uniform(0.12, 0.2);
        List<Part> parts = new ArrayList<>(List.of(new Part(OCTAGON, 0, Tone.INK)));
        for (int bar = -1; bar <= 1; bar++) {
            double x = bar * gap;
            parts.add(new Part(Outline.line(x, -height, x, height), strokeWidth, Tone.PAPER));
        }
        return parts;
    }

    private static List<Part> noEntry(PictureRandom random) {
        double reach = random.uniform(0.45, 0.65);
        return List.of(
                new Part(DISC, 0, Tone.INK),
                new Part(Outline.line(-reach, 0, reach, 0), random.uniform(0.2, 0.4), Tone.PAPER));
    }

    private static List<Part> closedRoad(PictureRandom random) {
        if (random.chance(0.5)) {
            return List.of(new Part(DISC.scaled(0.85), random.uniform(0.15, 0.4), Tone.INK));
        }
        return List.of(new Part(DISC, 0, Tone.INK), new Part(DISC.scaled(random.uniform(0.5, 0.8)), 0, Tone.PAPER));
    }

    private static List<Part> arrow(Outline arrow, PictureRandom random) {
        boolean filled = arrow.lines().size() == 1;
        return onPlate(arrow, filled ? 0 : random.uniform(0.15, 0.4), 0.5, random);
    }

    /** An arrow to the left (−1), upwards (0) or to the right (1). */
    private static Outline turn(PictureRandom random, int side) {
        if (side == 0) {
            return random.chance(0.5) ? ARROW : ARROW_HEAD;
        }
        Outline right = switch (random.below(3)) {
            case 0 -> BENT_ARROW;
            case 1 -> ARROW.map(p -> new Outline.Point(-p.y(), p.x()));
            default -> ARROW_HEAD.map(p -> new Outline.Point(-p.y(), p.x()));
        };
        return side > 0 ? right : right.map(p -> new Outline.Point(-p.x(), p.y()));
    }

    private static List<Part> onPlate(Outline mark, double strokeWidth, double probability, PictureRandom random) {
        List<Part> parts = new ArrayList<>();
        double shrink = 1;
        if (random.chance(probability)) {
            Outline plate = random.chance(0.5) ? DISC.scaled(1.15) : SQUARE.scaled(1.35);
            parts.add(new Part(plate, 0, Tone.PAPER));
            if (random.chance(0.4)) {
                parts.add(new Part(plate, 0.12, Tone.INK));
            }
            shrink = random.uniform(0.6, 0.75);
        }
        parts.add(new Part(mark.scaled(shrink), strokeWidth * shrink, Tone.INK));
        return parts;
    }
}
