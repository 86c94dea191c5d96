package dev.octavo.tools.draw;

/** Kinds of drawn pictures. Each excites other features of a network that was trained on photographs. */
public enum PictureFamily {
    /**
     * Dead leaves: shapes of all sizes that cover each other, which have the edges, the flat parts and the spectrum of
     * photographs (Lee, Mumford and Huang, "Occlusion models for natural images", 2001).
     */
    DEAD_LEAVES {
        @Override
        void draw(Canvas canvas) {
            Shapes.leaves(canvas, Shapes.leafCount(canvas));
            canvas.expose(canvas.uniform(0.4, 1.3), canvas.uniform(4, 18), GRAIN);
        }
    },
    /** Few leaves, which leave large parts flat. */
    FEW_LEAVES {
        @Override
        void draw(Canvas canvas) {
            Shapes.leaves(canvas, Shapes.leafCount(canvas) / 8 + 6);
            canvas.expose(canvas.uniform(0.4, 1.3), canvas.uniform(4, 18), GRAIN);
        }
    },
    /** Bodies and faces, made of ellipses and rectangles. */
    PEOPLE {
        @Override
        void draw(Canvas canvas) {
            background(canvas, 6);
            int people = 1 + canvas.random().nextInt(5);
            for (int i = 0; i < people; i++) {
                if (canvas.random().nextBoolean()) {
                    Shapes.body(canvas);
                } else {
                    Shapes.face(canvas);
                }
            }
            canvas.expose(canvas.uniform(0.5, 1.2), canvas.uniform(2, 10), GRAIN);
        }
    },
    /** Lines of strokes like letters, on signs or not. */
    TEXT {
        @Override
        void draw(Canvas canvas) {
            background(canvas, 8);
            Shapes.text(canvas);
            canvas.expose(1, canvas.uniform(0, 8), GRAIN);
        }
    },
    /** Dead leaves of hard light, partly under- or overexposed. */
    HIGH_CONTRAST {
        @Override
        void draw(Canvas canvas) {
            Shapes.leaves(canvas, Shapes.leafCount(canvas));
            canvas.contrast(canvas.uniform(40, 215), canvas.uniform(1, 2.2));
            canvas.expose(1, canvas.uniform(4, 18), GRAIN);
        }
    },
    /** Noise with the spectrum of photographs, of any brightness and contrast. */
    SPECTRAL_NOISE {
        @Override
        void draw(Canvas canvas) {
            double mean = 255 * canvas.uniform(0.1, 0.9);
            double contrast = 255 * canvas.uniform(0.1, 0.5);
            float[] light = SpectralNoise.of(canvas.random(), canvas.height(), canvas.width());
            float[] samples = canvas.samples();
            for (int c = 0; c < canvas.channels(); c++) {
                float[] colour = canvas.channels() == 1
                        ? light
                        : SpectralNoise.of(canvas.random(), canvas.height(), canvas.width());
                for (int pixel = 0; pixel < light.length; pixel++) {
                    samples[pixel * canvas.channels() + c] =
                            (float) (mean + contrast * (light[pixel] + COLOUR * colour[pixel]));
                }
            }
        }
    },
    /** Checkerboards of any size, behind a few leaves. */
    CHECKERBOARD {
        @Override
        void draw(Canvas canvas) {
            Shapes.checkerboard(canvas);
            Shapes.scatter(canvas, 10);
            canvas.expose(1, canvas.uniform(0, 6), GRAIN);
        }
    },
    /** A change from one colour to another, behind a few leaves. */
    GRADIENT {
        @Override
        void draw(Canvas canvas) {
            Shapes.gradient(canvas);
            Shapes.scatter(canvas, 8);
            canvas.expose(1, canvas.uniform(4, 18), GRAIN);
        }
    };

    private static final double GRAIN = 3;
    private static final double COLOUR = 0.35;

    /** Draws on an empty canvas. */
    abstract void draw(Canvas canvas);

    private static void background(Canvas canvas, int fewer) {
        if (canvas.random().nextBoolean()) {
            Shapes.gradient(canvas);
        } else {
            Shapes.leaves(canvas, Shapes.leafCount(canvas) / fewer);
        }
    }
}
