package dev.octavo.tools.evaluate;

import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.data.PictureSet;
import dev.octavo.tools.simulate.CalibrationSets;
import dev.octavo.tools.simulate.ImageSource;
import dev.octavo.tools.vision.Preprocessing;
import java.nio.file.Path;

/** Opens folders and files of pictures for calibration. */
public final class PictureCalibrationSets implements CalibrationSets {
    /** Creates the service. */
    public PictureCalibrationSets() {}

    /**
     * Opens a set of pictures.
     *
     * @throws dev.octavo.tools.data.DataException if pictures cannot be found
     */
    @Override
    public ImageSource open(Path path, ModelMetadata.Preprocessing preprocessing, int images) {
        return new CalibrationPictures(PictureSet.open(path), Preprocessing.of(preprocessing), images);
    }
}
