package dev.octavo.kernels;

import java.util.random.RandomGenerator;

/** What a test puts into a tensor. */
enum Contents {
    /** Any value of the type; floats within ±4 and never NaN. */
    ANY {
        @Override
        int quantized(ElementType type, RandomGenerator random) {
            return type == ElementType.INT8 ? random.nextInt(-128, 128) : random.nextInt(256);
        }

        @Override
        float real(RandomGenerator random) {
            return random.nextFloat(-4, 4);
        }
    },
    /** The least and the greatest value of the type, and for floats also ties, zeros and denormals. */
    EXTREMES {
        private static final float[] REALS = {
            0f, -0f, 0.5f, -0.5f, 1.5f, -2.5f, 126.5f, 127.5f, -127.5f, 254.5f, 1e-40f, 1e30f, -1e30f, 8388607.5f
        };

        @Override
        int quantized(ElementType type, RandomGenerator random) {
            return random.nextBoolean() ? MOST.quantized(type, random) : type == ElementType.INT8 ? -128 : 0;
        }

        @Override
        float real(RandomGenerator random) {
            return REALS[random.nextInt(REALS.length)];
        }
    },
    /**
     * Infinities, NaN and one, for floats alone. The NaN is the one that this CPU makes: nothing says which of two different
     * ones a sum passes on.
     */
    NOT_FINITE {
        private static final float INFINITY = Float.parseFloat("Infinity");
        private static final float[] REALS = {INFINITY, -INFINITY, 0 * INFINITY, 1};

        @Override
        int quantized(ElementType type, RandomGenerator random) {
            throw new UnsupportedOperationException(type.toString());
        }

        @Override
        float real(RandomGenerator random) {
            return REALS[random.nextInt(REALS.length)];
        }
    },
    /** Zero everywhere. */
    ZEROS {
        @Override
        int quantized(ElementType type, RandomGenerator random) {
            return 0;
        }

        @Override
        float real(RandomGenerator random) {
            return 0;
        }
    },
    /** The greatest value of the type everywhere. */
    MOST {
        @Override
        int quantized(ElementType type, RandomGenerator random) {
            return type == ElementType.INT8 ? 127 : 255;
        }

        @Override
        float real(RandomGenerator random) {
            return 4;
        }
    };

    abstract int quantized(ElementType type, RandomGenerator random);

    abstract float real(RandomGenerator random);
}
