package dev.octavo.tools.vision;

/**
 * The orientation that cameras note in the Exif segment of a JPEG file (Exif 2.32, tag 0x0112): how the stored rows and
 * columns are to be turned and mirrored for viewing.
 */
final class ExifOrientation {
    private static final int UPRIGHT = 1;
    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;
    private static final int ENTRY_BYTES = 12;
    private static final byte[] SIGNATURE = {'E', 'x', 'i', 'f', 0, 0};

    private final byte[] file;
    private final int tiff;
    private final int end;
    private final boolean littleEndian;

    private ExifOrientation(byte[] file, int tiff, int end) {
        this.file = file;
        this.tiff = tiff;
        this.end = end;
        this.littleEndian = file[tiff] == 'I';
    }

    /** Returns 1 to 8, and 1, for upright, if the file does not say or says nonsense. */
    static int of(byte[] jpeg) {
        int at = 2;
        while (at + 4 <= jpeg.length && (jpeg[at] & 0xff) == 0xff) {
            int marker = jpeg[at + 1] & 0xff;
            int length = (jpeg[at + 2] & 0xff) << 8 | (jpeg[at + 3] & 0xff);
            int next = at + 2 + length;
            // The scan follows its header, and nothing of interest follows the scan.
            if (marker == 0xda || length < 2 || next > jpeg.length) {
                return UPRIGHT;
            }
            if (marker == 0xe1 && hasSignature(jpeg, at + 4, next)) {
                return new ExifOrientation(jpeg, at + 4 + SIGNATURE.length, next).find();
            }
            at = next;
        }
        return UPRIGHT;
    }

    private static boolean hasSignature(byte[] jpeg, int at, int end) {
        // A TIFF header of eight bytes follows.
        if (at + SIGNATURE.length + 8 > end) {
            return false;
        }
        for (int i = 0; i < SIGNATURE.length; i++) {
            if (jpeg[at + i] != SIGNATURE[i]) {
                return false;
            }
        }
        return true;
    }

    private int find() {
        long directory = tiff + number(tiff + 4, 4);
        if (directory + 2 > end) {
            return UPRIGHT;
        }
        long entries = number((int) directory, 2);
        for (long entry = directory + 2; entries > 0 && entry + ENTRY_BYTES <= end; entry += ENTRY_BYTES, entries--) {
            int at = (int) entry;
            if (number(at, 2) == ORIENTATION) {
                long value = number(at + 2, 2) == SHORT ? number(at + 8, 2) : UPRIGHT;
                return value >= 1 && value <= 8 ? (int) value : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    private long number(int at, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | (file[littleEndian ? at + bytes - 1 - i : at + i] & 0xff);
        }
        return value;
    }

    /** Turns a picture that is stored in an orientation upright. */
    static Picture upright(Picture stored, int orientation) {
        if (orientation == UPRIGHT) {
            return stored;
        }
        boolean turned = orientation >= 5;
        int width = turned ? stored.height() : stored.width();
        int height = turned ? stored.width() : stored.height();
        int channels = stored.channels();
        byte[] source = stored.array();
        byte[] samples = new byte[source.length];
        int next = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                // Orientations 5 to 8 have rows and columns exchanged.
                int column = turned ? y : x;
                int row = turned ? x : y;
                boolean fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
                boolean fromBelow = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
                column = fromRight ? stored.width() - 1 - column : column;
                row = fromBelow ? stored.height() - 1 - row : row;
                int at = (row * stored.width() + column) * channels;
                for (int c = 0; c < channels; c++) {
                    samples[next++] = source[at + c];
                }
            }
        }
        return Picture.owning(width, height, channels, samples);
    }
}
