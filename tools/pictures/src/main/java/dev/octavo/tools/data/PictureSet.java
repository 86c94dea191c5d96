package dev.octavo.tools.data;

import dev.octavo.tools.vision.Picture;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Pictures of which nobody knows what they show. They may be decoded when they are asked for; every implementation may be
 * read by many threads.
 */
public sealed interface PictureSet permits LabelledData, PictureFiles {
    /** Number of pictures, at least 1. */
    int size();

    /**
     * The picture with the given index in {@code [0, size())}.
     *
     * @throws DataException if it cannot be read
     */
    Picture picture(int index);

    /** What to call the picture in lists and messages. */
    String name(int index);

    /**
     * Opens what stands at the path: a folder of picture files, with folders in it, or a data set as
     * {@link LabelledData#open} knows them.
     *
     * @throws DataException if it is none of these, or malformed
     */
    static PictureSet open(Path path) {
        return Files.isDirectory(path) && !Files.exists(path.resolve(PictureFolder.INDEX))
                ? PictureFiles.open(path)
                : LabelledData.open(path);
    }
}
