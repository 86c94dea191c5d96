package dev.octavo.tools.data;

import dev.octavo.tools.files.FileFailure;
import dev.octavo.tools.tasks.Mask;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.PictureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Pictures with the class of each of their pixels.
 *
 * @param pictures in the order of their names
 * @param classes names of the classes; empty if unknown
 */
public record LabelledMasks(List<Entry> pictures, List<String> classes) {
    /** The class of pixels that do not count. */
    public static final int IGNORED = 255;

    private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png", ".bmp", ".JPG", ".JPEG", ".PNG");

    /**
     * A picture and its mask.
     *
     * @param name for lists and messages
     */
    public record Entry(String name, Path file, Path maskFile) {
        /** Decodes the picture. */
        public Picture read() {
            return PictureReader.read(file);
        }

        /**
         * Decodes the mask.
         *
         * @throws DataException if it has another size than the picture
         */
        public Mask mask(Picture picture) {
            Mask mask = MaskReader.read(maskFile);
            if (mask.width() != picture.width() || mask.height() != picture.height()) {
                throw new DataException(maskFile + ": the mask is " + mask.width() + "×" + mask.height()
                        + ", but its picture " + picture.width() + "×" + picture.height());
            }
            return mask;
        }
    }

    /** Copies the lists. */
    public LabelledMasks {
        pictures = List.copyOf(pictures);
        classes = List.copyOf(classes);
    }

    /** Returns the first pictures only; all of them if there are fewer. */
    public LabelledMasks limit(int size) {
        return new LabelledMasks(pictures.subList(0, Math.min(size, pictures.size())), classes);
    }

    /**
     * Opens a folder with PNG masks in {@code masks}, {@code masks_*} or {@code SegmentationClass}, whose samples are classes,
     * and pictures of the same names in {@code images}, {@code JPEGImages} or the folder itself.
     *
     * @throws DataException if there are none, or a picture is missing
     */
    public static LabelledMasks open(Path folder) {
        Path masks = masksOf(folder);
        List<Entry> entries = new ArrayList<>();
        for (Path mask : PictureFiles.open(masks).files()) {
            String name = masks.relativize(mask).toString().replaceFirst("\\.[^.]*$", "");
            entries.add(new Entry(name, picture(folder, name, mask), mask));
        }
        return new LabelledMasks(entries, classNames(folder, masks));
    }

    private static List<String> classNames(Path folder, Path masks) {
        String kind = masks.getFileName().toString().replaceFirst("^masks_?", "");
        Path named = folder.resolve(kind + "_classes.txt");
        return Files.isRegularFile(named) ? ClassNames.read(named) : LabelledBoxes.classNames(folder);
    }

    private static Path masksOf(Path folder) {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> inside = Files.list(folder)) {
                List<Path> found = inside.filter(Files::isDirectory)
                        .filter(path -> path.getFileName().toString().matches("masks(_.*)?|SegmentationClass"))
                        .sorted()
                        .toList();
                if (found.size() == 1) {
                    return found.getFirst();
                }
            } catch (IOException e) {
                throw new DataException(folder + ": " + FileFailure.reason(e), e);
            }
        }
        throw new DataException(folder
                + ": has no folder masks, masks_NAME or SegmentationClass with a PNG of classes for" + " each picture");
    }

    private static Path picture(Path folder, String name, Path mask) {
        for (String inside : new String[] {"images", "JPEGImages", "."}) {
            for (String ending : ENDINGS) {
                Path file = folder.resolve(inside).resolve(name + ending).normalize();
                if (Files.isRegularFile(file)) {
                    return file;
                }
            }
        }
        throw new DataException(mask + ": there is no picture of that name in " + folder.resolve("images"));
    }
}
