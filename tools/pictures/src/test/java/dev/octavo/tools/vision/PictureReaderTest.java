package dev.octavo.tools.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.tools.TestData;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PictureReaderTest {
    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "gif", "jpeg"})
    void readsColour(String format) throws IOException {
        Picture original = Pictures.ramp(61, 43, 3);
        Picture read = PictureReader.read(encode(image(original, BufferedImage.TYPE_INT_RGB), format), "colour");
        assertThat(List.of(read.width(), read.height(), read.channels())).containsExactly(61, 43, 3);
        double tolerance = format.equals("png") || format.equals("bmp") ? 0 : format.equals("gif") ? 12 : 3;
        assertThat(Pictures.distance(read, original)).isLessThanOrEqualTo(tolerance);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg"})
    void readsGreyWithoutAGammaCurve(String format) throws IOException {
        Picture original = Pictures.ramp(61, 43, 1);
        Picture read = PictureReader.read(encode(image(original, BufferedImage.TYPE_BYTE_GRAY), format), "grey");
        assertThat(read.channels()).isEqualTo(1);
        assertThat(Pictures.distance(read, original)).isLessThanOrEqualTo(format.equals("png") ? 0 : 1.5);
    }

    @Test
    void roundsSixteenBitsToEight() throws IOException {
        BufferedImage image = new BufferedImage(4, 1, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setPixels(0, 0, 4, 1, new int[] {0, 128, 129, 65535});
        assertThat(Pictures.plane(PictureReader.read(encode(image, "png"), "deep"), 0))
                .containsExactly(0, 0, 1, 255);
    }

    @Test
    void laysTransparencyOverWhite() throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00_10_20_30);
        image.setRGB(1, 0, 0xff_10_20_30);
        image.setRGB(2, 0, 0x80_00_00_ff);
        Picture read = PictureReader.read(encode(image, "png"), "glass");
        assertThat(Pictures.plane(read, 0)).containsExactly(255, 0x10, 127);
        assertThat(Pictures.plane(read, 2)).containsExactly(255, 0x30, 255);
    }

    @Test
    void convertsCmyk() throws IOException {
        // Four stripes, in Adobe's way with 255 for no ink: no ink, all black, cyan only, magenta only.
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 64, 16, 4, null);
        for (int x = 0; x < 64; x++) {
            for (int y = 0; y < 16; y++) {
                int stripe = x / 16;
                raster.setPixel(
                        x, y, new int[] {stripe == 2 ? 0 : 255, stripe == 3 ? 0 : 255, 255, stripe == 1 ? 0 : 255});
            }
        }
        Picture read = PictureReader.read(withAdobeMarker(encodeRaster(raster)), "cmyk");
        assertThat(read.channels()).isEqualTo(3);
        assertThat(read.sample(8, 8, 0)).isGreaterThan(240);
        assertThat(read.sample(24, 8, 1)).isLessThan(60);
        assertThat(read.sample(40, 8, 0)).isLessThan(read.sample(40, 8, 2) - 80);
        assertThat(read.sample(56, 8, 1)).isLessThan(read.sample(56, 8, 0) - 80);
    }

    /** A bright upper left corner shows in each orientation where it is to be seen. */
    @ParameterizedTest
    @CsvSource({"1,0,0", "2,1,0", "3,1,1", "4,0,1", "5,0,0", "6,1,0", "7,1,1", "8,0,1"})
    void turnsPicturesUpright(int orientation, int right, int below) throws IOException {
        BufferedImage image = new BufferedImage(48, 32, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                image.setRGB(x, y, 0xffffff);
            }
        }
        for (String order : new String[] {"4d4d002a00000008", "49492a0008000000"}) {
            Picture read = PictureReader.read(withOrientation(encode(image, "jpeg"), orientation, order), "turned");
            boolean turned = orientation >= 5;
            assertThat(List.of(read.width(), read.height())).containsExactly(turned ? 32 : 48, turned ? 48 : 32);
            for (int corner = 0; corner < 4; corner++) {
                int x = corner % 2 == 0 ? 4 : read.width() - 5;
                int y = corner / 2 == 0 ? 4 : read.height() - 5;
                boolean bright = corner % 2 == right && corner / 2 == below;
                assertThat(read.sample(x, y, 0) > 128).isEqualTo(bright);
            }
        }
    }

    @Test
    void readsDamagedOrientationsAsUpright() throws IOException {
        byte[] jpeg = withOrientation(
                encode(image(Pictures.ramp(40, 20, 3), BufferedImage.TYPE_INT_RGB), "jpeg"), 6, "4d4d002a00000008");
        for (int at = 10; at < 40; at++) {
            byte[] damaged = jpeg.clone();
            damaged[at] = (byte) 0xff;
            assertThat(PictureReader.read(damaged, "damaged").width()).isIn(20, 40);
        }
    }

    /** Inserts an APP1 segment with one directory of one entry. */
    private static byte[] withOrientation(byte[] jpeg, int orientation, String header) {
        boolean big = header.startsWith("4d");
        String entry = big ? "00010112000300000001" : "01001201030001000000";
        String value = String.format(big ? "00%02x0000" : "%02x000000", orientation);
        byte[] segment = HexFormat.of().parseHex("ffe10022457869660000" + header + entry + value + "00000000");
        byte[] marked = new byte[jpeg.length + segment.length];
        System.arraycopy(jpeg, 0, marked, 0, 2);
        System.arraycopy(segment, 0, marked, 2, segment.length);
        System.arraycopy(jpeg, 2, marked, 2 + segment.length, jpeg.length - 2);
        return marked;
    }

    @Test
    void refusesPicturesBeyondTheCallersLimit() throws IOException {
        byte[] png = encode(image(Pictures.ramp(61, 43, 3), BufferedImage.TYPE_INT_RGB), "png");
        assertThat(PictureReader.read(png, "small", 61 * 43).width()).isEqualTo(61);
        assertThatThrownBy(() -> PictureReader.read(png, "small", 61 * 43 - 1)).hasMessageContaining("61×43 pixels");
    }

    static Stream<Arguments> unreadable() throws IOException {
        byte[] png = encode(image(Pictures.ramp(61, 43, 3), BufferedImage.TYPE_INT_RGB), "png");
        byte[] hugePng = png.clone();
        Arrays.fill(hugePng, 16, 24, (byte) 0);
        hugePng[17] = 1;
        hugePng[21] = 1;
        byte[] emptyPng = png.clone();
        Arrays.fill(emptyPng, 16, 24, (byte) 0);
        return Stream.of(
                Arguments.of("empty", new byte[0], "convert it to JPEG"),
                Arguments.of("text", "not a picture".getBytes(StandardCharsets.US_ASCII), "convert it to JPEG"),
                Arguments.of("webp", "RIFF0000WEBPVP8 ".getBytes(StandardCharsets.US_ASCII), "convert it to JPEG"),
                Arguments.of("magic only", Arrays.copyOf(png, 8), "damaged"),
                Arguments.of("jpeg magic only", new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}, "damaged"),
                Arguments.of("huge png", hugePng, "65536×65536 pixels are more"),
                Arguments.of("empty png", emptyPng, "damaged"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void refusesWhatItCannotRead(String name, byte[] file, String message) {
        assertThatThrownBy(() -> PictureReader.read(file, name))
                .isInstanceOf(PictureException.class)
                .hasMessageStartingWith(name + ": ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "gif", "jpeg"})
    void refusesTruncatedPictures(String format) throws IOException {
        byte[] whole = encode(image(Pictures.noise(97, 83, 3, 5), BufferedImage.TYPE_INT_RGB), format);
        for (int percent : new int[] {5, 20, 50, 80, 95}) {
            byte[] cut = Arrays.copyOf(whole, whole.length * percent / 100);
            assertThatThrownBy(() -> PictureReader.read(cut, "cut"), "%d %% of a %s file", percent, format)
                    .isInstanceOf(PictureException.class)
                    .hasMessageContaining("damaged or truncated");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "gif", "jpeg"})
    void answersFlippedBitsWithAPictureOrAPictureException(String format) throws IOException {
        byte[] whole = encode(image(Pictures.ramp(61, 43, 3), BufferedImage.TYPE_INT_RGB), format);
        RandomGenerator random = Pictures.random(6);
        for (int i = 0; i < 300; i++) {
            byte[] flipped = whole.clone();
            flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            flipped[random.nextInt(Math.min(64, whole.length))] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(PictureReader.read(flipped, "flipped").width()).isPositive();
            } catch (PictureException e) {
                assertThat(e).hasMessageStartingWith("flipped: ");
            }
        }
    }

    @Test
    void namesAMissingFile() {
        assertThatThrownBy(() -> PictureReader.read(Path.of("nowhere.png")))
                .isInstanceOf(PictureException.class)
                .hasMessage("nowhere.png: no such file or folder");
    }

    @Test
    void readsPhotographs() throws IOException {
        Path folder = TestData.require("images/imagenet");
        int read = 0;
        int grey = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".JPEG"))
                    .sorted()
                    .limit(200)
                    .toList()) {
                Picture picture = PictureReader.read(file);
                read++;
                grey += picture.channels() == 1 ? 1 : 0;
            }
        }
        assertThat(read).isEqualTo(200);
        assertThat(grey).isLessThan(read / 4);
    }

    private static BufferedImage image(Picture picture, int type) {
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), type);
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                for (int c = 0; c < picture.channels(); c++) {
                    image.getRaster().setSample(x, y, c, picture.sample(x, y, c));
                }
            }
        }
        return image;
    }

    private static byte[] encode(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, bytes)).isTrue();
        return bytes.toByteArray();
    }

    /** Inserts an APP14 segment that says: four components, not transformed. */
    private static byte[] withAdobeMarker(byte[] jpeg) {
        byte[] segment = HexFormat.of().parseHex("ffee000e41646f626500640000000000");
        byte[] marked = new byte[jpeg.length + segment.length];
        System.arraycopy(jpeg, 0, marked, 0, 2);
        System.arraycopy(segment, 0, marked, 2, segment.length);
        System.arraycopy(jpeg, 2, marked, 2 + segment.length, jpeg.length - 2);
        return marked;
    }

    private static byte[] encodeRaster(Raster raster) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(raster, null, null), null);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
