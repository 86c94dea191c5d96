package dev.octavo.tools.demo;

import dev.octavo.tools.demo.Outline.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a picture shows, before it is placed, coloured and spoilt: parts painted one over the other, in a plane where the
 * figure reaches about from −1 to 1.
 *
 * @param parts from the back to the front
 */
record Figure(List<Part> parts) {
    private static final Outline DISC = Outline.regular(24, 0);
    private static final Outline SQUARE = Outline.regular(4, 45);
    private static final Outline OCTAGON = Outline.regular(8, 22.5);
    private static final Outline DIAMOND = Outline.regular(4, 0).scaled(1.1);
    /** Moved down, so that its box and not its corners are centred. */
    private static final Outline TRIANGLE =
            Outline.regular(3, -90).map(p -> new Point(1.1 * p.x(), 1.1 * (p.y() + 0.25)));

    private static final Outline ARROW =
            Outline.path("M 0 9 L 0 -9 M -7 -2 L 0 -9 L 7 -2").scaled(0.1);
    private static final Outline BENT_ARROW =
            Outline.path("M -6 9 L -6 -3 L 8 -3 M 2 -9 L 8 -3 L 2 3").scaled(0.1);
    private static final Outline BROAD_ARROW =
            Outline.polygon(0, -1, 0.85, 0.05, 0.3, 0.05, 0.3, 0.95, -0.3, 0.95, -0.3, 0.05, -0.85, 0.05);
    private static final List<Outline> UPWARDS = List.of(ARROW, BROAD_ARROW);
    private static final List<Outline> TO_THE_RIGHT =
            List.of(BENT_ARROW, ARROW.map(Figure::quarterTurn), BROAD_ARROW.map(Figure::quarterTurn));
    private static final List<Outline> TO_THE_LEFT = TO_THE_RIGHT.stream()
            .map(arrow -> arrow.map(p -> new Point(-p.x(), p.y())))
            .toList();
    private static final Outline CROSS =
            Outline.path("M -8 -8 L 8 8 M 8 -8 L -8 8").scaled(0.1);

    private static final List<Kind> SIGNS = List.of(
            new Kind("warning", random -> contour(TRIANGLE, 0.55, random)),
            new Kind("yield", random -> contour(TRIANGLE.scaled(-1), 0.55, random)),
            new Kind("stop", Figure::stop),
            new Kind("no entry", Figure::noEntry),
            new Kind("closed road", Figure::closedRoad),
            new Kind("priority road", random -> contour(DIAMOND, 0.7, random)),
            new Kind("turn left", random -> arrow(TO_THE_LEFT, random)),
            new Kind("turn right", random -> arrow(TO_THE_RIGHT, random)),
            new Kind("straight on", random -> arrow(UPWARDS, random)),
            new Kind("crossing", random -> onPlate(CROSS, random.uniform(0.2, 0.5), 0.4, random)));
    private static final List<Kind> KINDS = Stream.concat(
                    IntStream.range(0, 10).mapToObj(Figure::digit), SIGNS.stream())
            .toList();

    /** The names of the classes; the digit d is class d. */
    static final List<String> CLASSES = KINDS.stream().map(Kind::name).toList();

    /** A class: what it is called, and how one of its figures is chosen. */
    private record Kind(String name, Function<PictureRandom, List<Part>> parts) {}

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
        return new Figure(KINDS.get(label).parts().apply(random));
    }

    private static Kind digit(int digit) {
        return new Kind(Integer.toString(digit), random -> {
            Outline strokes = oneOf(DigitFont.ALL, random).digit(digit);
            return onPlate(strokes, random.uniform(0.14, 0.46), 0.3, random);
        });
    }

    private static <T> T oneOf(List<T> choices, PictureRandom random) {
        return choices.get(random.below(choices.size()));
    }

    /** From upwards to rightwards. */
    private static Point quarterTurn(Point p) {
        return new Point(-p.y(), p.x());
    }

    /** A sign told by its contour: full, with a border, or only a border; some carry a mark that says nothing. */
    private static List<Part> contour(Outline contour, double inner, PictureRandom random) {
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

    private static List<Part> arrow(List<Outline> choices, PictureRandom random) {
        Outline arrow = oneOf(choices, random);
        return onPlate(arrow, arrow.isClosed() ? 0 : random.uniform(0.15, 0.4), 0.5, random);
    }

    /** A mark, alone or on a disc or square that belongs to no class. */
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
