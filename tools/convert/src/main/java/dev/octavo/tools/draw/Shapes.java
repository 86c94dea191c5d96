package dev.octavo.tools.draw;

import static dev.octavo.tools.draw.Canvas.Outline.ELLIPSE;
import static dev.octavo.tools.draw.Canvas.Outline.RECTANGLE;

import dev.octavo.tools.draw.Canvas.Outline;
import dev.octavo.tools.draw.Canvas.Paint;
import dev.octavo.tools.draw.Canvas.Place;
import java.util.Random;

/** Things that pictures are composed of. */
final class Shapes {
    private static final double COLOURS = 45;
    private static final int MOST_LEAVES = 700;
    private static final int LEAST_LEAVES = 60;

    /** Radii of leaves are distributed as r^(−1 − 1/0.6) between the least and the greatest. */
    private static final double SIZES = -0.6;

    private Shapes() {}

    /** How many leaves cover a canvas of its size. */
    static int leafCount(Canvas canvas) {
        double share = (double) canvas.height() * canvas.width() / (320 * 320);
        return (int) Math.clamp(MOST_LEAVES * share, LEAST_LEAVES, MOST_LEAVES);
    }

    /** Leaves on a plain ground. */
    static void leaves(Canvas canvas, int count) {
        Random random = canvas.random();
        double unit = canvas.unit();
        canvas.fill(canvas.colour(canvas.uniform(0, 255), COLOURS));
        for (int i = 0; i < count; i++) {
            double radius = Math.min(150 * unit, 3 * unit * StrictMath.pow(random.nextDouble(), SIZES));
            double flatness = canvas.uniform(0.3, 1);
            Place place = new Place(
                    canvas.uniform(-20 * unit, canvas.width() + 20 * unit),
                    canvas.uniform(-20 * unit, canvas.height() + 20 * unit),
                    radius,
                    radius * flatness,
                    canvas.uniform(0, Math.PI));
            Outline outline = random.nextDouble() < 0.4 ? RECTANGLE : ELLIPSE;
            canvas.draw(
                    outline,
                    place,
                    new Paint(
                            canvas.colour(canvas.uniform(0, 255), COLOURS),
                            0.4 / unit * random.nextGaussian(),
                            0.4 / unit * random.nextGaussian()));
        }
    }

    /** A few leaves of middle size over what is there. */
    static void scatter(Canvas canvas, int count) {
        double unit = canvas.unit();
        for (int i = 0; i < count; i++) {
            double radius = Math.min(10 * unit * StrictMath.pow(canvas.random().nextDouble(), SIZES), 100 * unit);
            Place place = new Place(
                    canvas.uniform(0, canvas.width()),
                    canvas.uniform(0, canvas.height()),
                    radius,
                    radius * canvas.uniform(0.3, 1),
                    canvas.uniform(0, Math.PI));
            Outline outline = canvas.random().nextBoolean() ? RECTANGLE : ELLIPSE;
            canvas.draw(outline, place, Paint.flat(canvas.colour(canvas.uniform(0, 255), COLOURS)));
        }
    }

    static void gradient(Canvas canvas) {
        float[] first = canvas.colour(canvas.uniform(0, 255), 50);
        float[] last = canvas.colour(canvas.uniform(0, 255), 50);
        double angle = canvas.uniform(0, 2 * Math.PI);
        double cosine = StrictMath.cos(angle) / canvas.width();
        double sine = StrictMath.sin(angle) / canvas.height();
        float[] samples = canvas.samples();
        int at = 0;
        for (int y = 0; y < canvas.height(); y++) {
            for (int x = 0; x < canvas.width(); x++) {
                double across = (x - canvas.width() / 2.0) * cosine + (y - canvas.height() / 2.0) * sine;
                double share = Math.clamp(0.5 + across, 0.0, 1.0);
                for (int c = 0; c < canvas.channels(); c++) {
                    samples[at++] = (float) (first[c] + share * (last[c] - first[c]));
                }
            }
        }
    }

    static void checkerboard(Canvas canvas) {
        int cell = 1 + canvas.random().nextInt(Math.max(2, canvas.height() / 12));
        float[] even = canvas.colour(canvas.uniform(0, 255), 60);
        float[] odd = canvas.colour(canvas.uniform(0, 255), 60);
        float[] samples = canvas.samples();
        int at = 0;
        for (int y = 0; y < canvas.height(); y++) {
            for (int x = 0; x < canvas.width(); x++) {
                float[] colour = ((x / cell + y / cell) & 1) == 0 ? even : odd;
                for (int c = 0; c < canvas.channels(); c++) {
                    samples[at++] = colour[c];
                }
            }
        }
    }

    /** A head from the front, with shoulders and hair. */
    static void face(Canvas canvas) {
        Random random = canvas.random();
        double size = canvas.uniform(0.08, 0.35) * Math.min(canvas.height(), canvas.width());
        double x = canvas.uniform(size, canvas.width() - size);
        double y = canvas.uniform(size, canvas.height() - size);
        float[] skin = skin(canvas, canvas.uniform(60, 230));
        ellipse(canvas, x, y - 0.45 * size, 0.85 * size, 0.95 * size, canvas.colour(canvas.uniform(0, 120), 15));
        canvas.draw(
                random.nextBoolean() ? RECTANGLE : ELLIPSE,
                new Place(x, y + 1.9 * size, 1.7 * size, 1.2 * size, 0),
                Paint.flat(canvas.colour(canvas.uniform(0, 255), 60)));
        canvas.draw(
                ELLIPSE,
                new Place(x, y, 0.72 * size, size, canvas.uniform(-0.2, 0.2)),
                new Paint(skin, canvas.uniform(-0.2, 0.2), canvas.uniform(-0.2, 0.2)));
        float[] dark = canvas.colour(30, 15);
        float[] lips = canvas.colour(canvas.uniform(60, 140), 20);
        float[] white = canvas.colour(230, 10);
        for (int side = -1; side <= 1; side += 2) {
            double eye = x + side * 0.3 * size;
            ellipse(canvas, eye, y - 0.2 * size, 0.15 * size, 0.08 * size, white);
            ellipse(canvas, eye, y - 0.2 * size, 0.07 * size, 0.07 * size, dark);
            ellipse(canvas, eye, y - 0.38 * size, 0.18 * size, 0.04 * size, dark);
        }
        ellipse(canvas, x, y + 0.5 * size, 0.25 * size, 0.08 * size, lips);
        float[] shadow = skin.clone();
        for (int c = 0; c < shadow.length; c++) {
            shadow[c] *= 0.75f;
        }
        ellipse(canvas, x, y + 0.12 * size, 0.08 * size, 0.2 * size, shadow);
    }

    /** Warmer in the first channel or, since networks differ in their order, in the last. */
    private static float[] skin(Canvas canvas, double level) {
        float[] skin = new float[canvas.channels()];
        boolean reversed = canvas.random().nextBoolean();
        for (int c = 0; c < skin.length; c++) {
            int distance = reversed ? skin.length - 1 - c : c;
            skin[c] = (float) Math.max(0, level * (1 - 0.15 * distance));
        }
        return skin;
    }

    private static void ellipse(
            Canvas canvas, double x, double y, double halfWidth, double halfHeight, float[] colour) {
        canvas.draw(ELLIPSE, new Place(x, y, halfWidth, halfHeight, 0), Paint.flat(colour));
    }

    /** A person upright. */
    static void body(Canvas canvas) {
        double size = canvas.uniform(0.1, 0.3) * canvas.height();
        double x = canvas.uniform(0.2, 0.8) * canvas.width();
        double top = canvas.uniform(0, 0.4) * canvas.height();
        float[] shirt = canvas.colour(canvas.uniform(0, 255), 60);
        float[] trousers = canvas.colour(canvas.uniform(0, 255), 60);
        float[] skin = canvas.colour(canvas.uniform(80, 220), 25);
        for (int side = -1; side <= 1; side += 2) {
            canvas.draw(
                    ELLIPSE,
                    new Place(
                            x + side * 0.35 * size,
                            top + 3.6 * size,
                            0.3 * size,
                            1.5 * size,
                            canvas.uniform(-0.1, 0.1)),
                    Paint.flat(trousers));
            canvas.draw(
                    ELLIPSE,
                    new Place(
                            x + side * 0.8 * size,
                            top + 1.9 * size,
                            0.2 * size,
                            1.1 * size,
                            side * canvas.uniform(-0.6, 0.2)),
                    Paint.flat(canvas.random().nextBoolean() ? shirt : skin));
        }
        ellipse(canvas, x, top + 1.9 * size, 0.7 * size, 1.2 * size, shirt);
        ellipse(canvas, x, top + 0.5 * size, 0.4 * size, 0.5 * size, skin);
    }

    /** One to four lines. */
    static void text(Canvas canvas) {
        int lines = 1 + canvas.random().nextInt(4);
        for (int line = 0; line < lines; line++) {
            double size = canvas.uniform(0.02, 0.09) * canvas.height();
            double x = canvas.uniform(0, 0.6 * canvas.width());
            double y = canvas.uniform(size, canvas.height() - size);
            boolean dark = canvas.random().nextBoolean();
            float[] ink = canvas.colour(dark ? canvas.uniform(0, 70) : canvas.uniform(190, 255), 20);
            if (canvas.random().nextBoolean()) {
                canvas.draw(
                        RECTANGLE,
                        new Place(x + 6 * size, y, 7 * size, 1.2 * size, 0),
                        Paint.flat(canvas.colour(255 - ink[0], 15)));
            }
            int letters = 4 + canvas.random().nextInt(14);
            for (int letter = 0; letter < letters && x < canvas.width(); letter++) {
                letter(canvas, x, y, size, ink);
                x += size * canvas.uniform(0.7, 1.1);
            }
        }
    }

    private static void letter(Canvas canvas, double x, double y, double size, float[] ink) {
        int strokes = 2 + canvas.random().nextInt(3);
        for (int stroke = 0; stroke < strokes; stroke++) {
            canvas.draw(
                    RECTANGLE,
                    new Place(
                            x + canvas.uniform(-0.3, 0.3) * size,
                            y + canvas.uniform(-0.4, 0.4) * size,
                            canvas.uniform(0.05, 0.1) * size + 0.5,
                            canvas.uniform(0.2, 0.6) * size,
                            canvas.random().nextInt(4) * Math.PI / 4),
                    Paint.flat(ink));
        }
    }
}
