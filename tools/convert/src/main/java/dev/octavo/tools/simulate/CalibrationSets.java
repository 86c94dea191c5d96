package dev.octavo.tools.simulate;

import dev.octavo.runtime.format.ModelMetadata;
import java.nio.file.Path;
import java.util.ServiceLoader;

/**
 * Opens what conversions are calibrated on. A module that can read pictures provides an implementation as a service, so that
 * the converter itself needs no library for pictures.
 */
public interface CalibrationSets {
    /**
     * Opens a set of inputs.
     *
     * @param path a file or folder
     * @param preprocessing of pictures, before the network sees them
     * @param images how many at most, evenly spread over the set, at least 1
     */
    ImageSource open(Path path, ModelMetadata.Preprocessing preprocessing, int images);

    /**
     * Returns the implementation that is installed.
     *
     * @throws IllegalStateException if there is none
     */
    static CalibrationSets installed() {
        return ServiceLoader.load(CalibrationSets.class, CalibrationSets.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "calibration needs a reader of pictures: add octavo-lab to the class path or module path"));
    }
}
