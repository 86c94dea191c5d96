package dev.octavo.tools.data;

import dev.octavo.tools.vision.Picture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Pictures with the class that each of them shows. */
public sealed interface LabelledData extends PictureSet permits PictureFolder, CifarPictures, IdxPictures, PictureList {
    /** The class of the picture with the given index: its place in the model's output, from 0. */
    int label(int index);

    /** The first pictures only; all of them if there are fewer. */
    LabelledData limit(int size);

    /** Pictures in memory, named by their index. */
    static LabelledData of(List<Picture> pictures, List<Integer> labels) {
        return new PictureList(pictures, labels);
    }

    /**
     * Opens a data set by what stands at the path: a folder with {@code labels.csv}, a CIFAR-10 {@code .bin} file, or an
     * IDX file of images beside the file of their labels, either gzipped or not.
     *
     * @throws DataException if it is none of these, or malformed
     */
    static LabelledData open(Path path) {
        if (!Files.exists(path)) {
            throw new DataException(path + ": no such file or folder");
        }
        if (Files.isDirectory(path)) {
            return PictureFolder.open(path);
        }
        String name = path.getFileName().toString();
        if (name.endsWith(".bin")) {
            return CifarPictures.open(path);
        }
        if (name.contains("idx3-ubyte")) {
            return IdxPictures.open(path);
        }
        throw new DataException(path + ": not a data set that is known; give a folder with " + PictureFolder.INDEX
                + ", a CIFAR-10 .bin file, or an IDX file (...-images-idx3-ubyte, also .gz)");
    }
}
