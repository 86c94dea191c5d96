package dev.octavo.tools.demo;

import dev.octavo.tools.demo.Outline.Point;
import dev.octavo.tools.demo.Painting.Colour;
import java.util.function.UnaryOperator;

/** A figure somewhere in the world: placed, coloured, half hidden, badly lit, and taken with a poor camera. */
final class Scene {
    private static final double MAX_TILT_DEGREES = 20;
    private static final double SMALLEST_CONTRAST = 72;

    private final int size;
    private final PictureRandom random;
    private final Painting painting;

    private Scene(int size, PictureRandom random) {
        this.size = size;
        this.random = random;
        painting = new Painting(size);
    }

    /** A picture of class {@code label}: uint8, {@code size} × {@code size} × RGB. */
    static byte[] draw(int label, int size, PictureRandom random) {
        Scene scene = new Scene(size, random);
        Colour background = scene.anyColour();
        scene.paintBackground(background);
        scene.paintFigure(Figure.of(label, random), background);
        scene.hide();
        scene.light();
        scene.photograph();
        return scene.painting.toBytes();
    }

    private void paintBackground(Colour colour) {
        painting.blend(colour, (x, y) -> 1);
        Colour other = colour.towards(anyColour(), random.uniform(0, 0.6));
        painting.blend(other, slope(0, 1));
        if (random.chance(0.35)) {
            double period = random.uniform(3, 12);
            double alongX = random.symmetric(1);
            double alongY = random.symmetric(1);
            double depth = random.uniform(0.05, 0.3);
            Colour stripe = anyColour();
            painting.blend(stripe, (x, y) -> {
                double phase = (x * alongX + y * alongY) / period;
                return phase - StrictMath.floor(phase) < 0.5 ? depth : 0;
            });
        }
        int things = random.below(4);
        for (int i = 0; i < things; i++) {
            paintClutter(colour.towards(anyColour(), random.uniform(0.1, 0.6)));
        }
    }

    private void paintClutter(Colour colour) {
        double opacity = random.uniform(0.5, 1);
        double softness = random.uniform(0.8, 3);
        if (random.chance(0.6)) {
            Outline line = Outline.line(anywhere(), anywhere(), anywhere(), anywhere(), anywhere(), anywhere());
            painting.stroke(line, random.uniform(0.8, 4), colour, opacity, softness);
        } else {
            double x = anywhere();
            double y = anywhere();
            double radius = random.uniform(2, 8);
            Outline blob = Outline.regular(3 + random.below(4), random.uniform(0, 90))
                    .map(p -> new Point(x + radius * p.x(), y + radius * p.y()));
            painting.fill(blob, colour, opacity, softness);
        }
    }

    private void paintFigure(Figure figure, Colour background) {
        double scale = size * random.uniform(0.32, 0.46);
        UnaryOperator<Point> place = placement(scale);
        Colour ink = contrasting(background);
        Colour paper = contrasting(ink);
        double softness = random.uniform(0.9, 1.8);
        double wobble = random.uniform(0, 0.05);
        for (Figure.Part part : figure.parts()) {
            Colour colour = part.tone() == Figure.Tone.INK ? ink : paper;
            Outline outline = part.outline()
                    .map(p ->
                            place.apply(new Point(p.x() + random.symmetric(wobble), p.y() + random.symmetric(wobble))));
            if (part.strokeWidth() == 0) {
                painting.fill(outline, colour, 1, softness);
            } else {
                painting.stroke(outline, Math.max(1.1, part.strokeWidth() * scale), colour, 1, softness);
            }
        }
    }

    /** Rotation, aspect, slant, perspective and position, from the plane of the figure to pixels. */
    private UnaryOperator<Point> placement(double scale) {
        double angle = StrictMath.toRadians(random.symmetric(MAX_TILT_DEGREES));
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        double widen = random.uniform(0.85, 1.15);
        double slant = random.symmetric(0.22);
        double nearX = random.symmetric(0.18);
        double nearY = random.symmetric(0.18);
        double room = size / 2.0 - scale;
        double centreX = size / 2.0 + random.symmetric(0.8 * room);
        double centreY = size / 2.0 + random.symmetric(0.8 * room);
        return p -> {
            double x = widen * p.x() + slant * p.y();
            double y = p.y();
            double depth = scale / (1 + nearX * x + nearY * y);
            return new Point(centreX + depth * (cos * x - sin * y), centreY + depth * (sin * x + cos * y));
        };
    }

    /** Things in front of the figure. */
    private void hide() {
        int things = random.chance(0.35) ? 1 + random.below(2) : 0;
        for (int i = 0; i < things; i++) {
            Outline line = Outline.line(anywhere(), anywhere(), anywhere(), anywhere());
            painting.stroke(line, random.uniform(0.8, 2.4), anyColour(), random.uniform(0.6, 1), 1.2);
        }
        if (random.chance(0.15)) {
            double x = anywhere();
            double y = anywhere();
            double radius = random.uniform(2, 5);
            Outline patch = Outline.regular(5, random.uniform(0, 72))
                    .map(p -> new Point(x + radius * p.x(), y + radius * p.y()));
            painting.fill(patch, anyColour(), 1, 1.2);
        }
    }

    private void light() {
        painting.light(slope(random.uniform(0.7, 1.2), random.uniform(0.7, 1.2)));
        if (random.chance(0.3)) {
            double shade = random.uniform(0.6, 0.85);
            Painting.Field across = slope(-6, 6);
            painting.light((x, y) -> {
                double t = Math.max(0, Math.min(1, across.at(x, y) + 0.5));
                return shade + t * (1 - shade);
            });
        }
    }

    private void photograph() {
        int passes = random.below(3);
        for (int pass = 0; pass < passes; pass++) {
            double weight = random.uniform(0.1, 0.3);
            painting.blur(1, 0, weight);
            painting.blur(0, 1, weight);
        }
        if (random.chance(0.15)) {
            painting.blur(1, random.below(3) - 1, 0.33);
        }
        double noise = random.uniform(1, 9);
        painting.addNoise(random, noise, random.uniform(0.2, 0.8) * noise);
    }

    /** A field that goes linearly from {@code low} to {@code high} across the picture, in a random direction. */
    private Painting.Field slope(double low, double high) {
        double angle = random.uniform(0, 2 * Math.PI);
        double dx = StrictMath.cos(angle) / size;
        double dy = StrictMath.sin(angle) / size;
        double middle = size / 2.0;
        return (x, y) -> {
            double t = 0.5 + (x - middle) * dx + (y - middle) * dy;
            return low + (high - low) * Math.max(0, Math.min(1, t));
        };
    }

    private double anywhere() {
        return random.uniform(-0.1 * size, 1.1 * size);
    }

    private Colour anyColour() {
        return new Colour(random.uniform(0, 255), random.uniform(0, 255), random.uniform(0, 255));
    }

    private Colour contrasting(Colour other) {
        Colour colour = anyColour();
        while (Math.abs(colour.luma() - other.luma()) < SMALLEST_CONTRAST) {
            colour = anyColour();
        }
        return colour;
    }
}
