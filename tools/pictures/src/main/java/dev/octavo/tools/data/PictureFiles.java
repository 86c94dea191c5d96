package dev.octavo.tools.data;

import dev.octavo.tools.files.FileFailure;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.PictureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** All picture files of a folder and of the folders in it, in the order of their paths. */
record PictureFiles(Path folder, List<Path> files) implements PictureSet {
    private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png", ".bmp", ".gif");

    PictureFiles {
        files = List.copyOf(files);
    }

    static PictureFiles open(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            List<Path> files = paths.filter(PictureFiles::isPicture)
                    .sorted((a, b) -> a.toString().compareTo(b.toString()))
                    .toList();
            if (files.isEmpty()) {
                throw new DataException(folder + ": has no picture files (" + String.join(", ", ENDINGS) + ")");
            }
            return new PictureFiles(folder, files);
        } catch (IOException e) {
            throw new DataException(folder + ": " + FileFailure.reason(e), e);
        }
    }

    private static boolean isPicture(Path path) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(name::endsWith) && Files.isRegularFile(path);
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public Picture picture(int index) {
        return PictureReader.read(files.get(index));
    }

    @Override
    public String name(int index) {
        return folder.relativize(files.get(index)).toString();
    }
}
