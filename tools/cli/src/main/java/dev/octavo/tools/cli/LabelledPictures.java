package dev.octavo.tools.cli;

import dev.octavo.tools.data.LabelledData;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The pictures on which a command measures. */
final class LabelledPictures {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description = "A folder with labels.csv (lines file,label), a CIFAR-10 .bin file, or an IDX file of images"
                    + " beside its labels.")
    private Path data;

    /** Opens them; see {@link LabelledData#open}. */
    LabelledData open() {
        return LabelledData.open(data);
    }
}
