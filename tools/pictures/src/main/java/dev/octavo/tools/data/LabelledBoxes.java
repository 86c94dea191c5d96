package dev.octavo.tools.data;

import dev.octavo.tools.tasks.Box;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.PictureReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Pictures with the boxes and classes of the objects in them.
 *
 * @param pictures in the order of evaluation
 * @param classes names of the classes; empty if unknown
 */
public record LabelledBoxes(List<Entry> pictures, List<String> classes) {
    /**
     * A picture and its objects.
     *
     * @param name for lists and messages
     */
    public record Entry(String name, Path file, List<Labelled> objects) {
        /** Copies the list. */
        public Entry {
            objects = List.copyOf(objects);
        }

        /** Decodes the picture. */
        public Picture read() {
            return PictureReader.read(file);
        }
    }

    /**
     * An object.
     *
     * @param label of its class, from 0
     * @param box in pixels
     * @param ignored whether it stands for a crowd, or is too difficult: finding it is neither right nor wrong
     */
    public record Labelled(int label, Box box, boolean ignored) {}

    /** Copies the lists. */
    public LabelledBoxes {
        pictures = List.copyOf(pictures);
        classes = List.copyOf(classes);
        if (pictures.isEmpty()) {
            throw new DataException("there are no pictures with boxes");
        }
    }

    /** Returns the first pictures only; all of them if there are fewer. */
    public LabelledBoxes limit(int size) {
        return new LabelledBoxes(pictures.subList(0, Math.min(size, pictures.size())), classes);
    }

    /**
     * Opens a folder with {@code boxes.csv} ({@code file,class,x1,y1,x2,y2} in pixels), with {@code Annotations/*.xml} of
     * Pascal VOC, with {@code labels/*.txt} of YOLO, or the JSON file of COCO's annotations or a folder with one.
     *
     * @throws DataException if it is none of these, or malformed; the message names the place
     */
    public static LabelledBoxes open(Path path) {
        if (!Files.exists(path)) {
            throw new DataException(path + ": no such file or folder");
        }
        if (Files.isRegularFile(path)) {
            return CocoAnnotations.read(path, path.resolveSibling("."));
        }
        if (Files.isRegularFile(path.resolve(BoxList.INDEX))) {
            return BoxList.read(path);
        }
        if (Files.isDirectory(path.resolve(VocAnnotations.FOLDER))) {
            return VocAnnotations.read(path);
        }
        if (Files.isDirectory(path.resolve(YoloLabels.FOLDER))) {
            return YoloLabels.read(path);
        }
        return CocoAnnotations.read(CocoAnnotations.find(path), path);
    }

    /** Returns the picture of a name in a folder or in its folder {@code images}. */
    static Path pictureFile(Path folder, String name, String place) {
        for (String inside : new String[] {"images", "JPEGImages", "."}) {
            Path file = folder.resolve(inside).resolve(name).normalize();
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        throw new DataException(place + ": no such picture: " + folder.resolve(name) + ", nor in its folder images");
    }

    /** Returns the names of {@code classes.txt} or {@code classes.names} in a folder; empty if there is none. */
    static List<String> classNames(Path folder) {
        for (String name : new String[] {"classes.txt", "classes.names", "obj.names"}) {
            if (Files.isRegularFile(folder.resolve(name))) {
                return ClassNames.read(folder.resolve(name));
            }
        }
        return List.of();
    }
}
