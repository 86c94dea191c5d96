package dev.octavo.tools.cli;

import dev.octavo.runtime.format.ModelMetadata.Task;
import dev.octavo.tools.data.NpyFile;
import dev.octavo.tools.tasks.Tasks;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What a network's outputs mean, as far as the command line says. */
final class TaskOptions {
    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--task",
            paramLabel = "TASK",
            description = "What the outputs mean, where neither the model nor their shapes say: classifier, segmenter,"
                    + " landmarks, picture, keywords, or detector:DECODER, such as detector:yolox.")
    private @Nullable String task;

    @Option(
            names = "--anchors",
            paramLabel = "FILE.npy",
            description = "What a detector's decoder places boxes with: a float array with one row for each box.")
    private @Nullable Path anchors;

    /**
     * Returns the task that the command line names.
     *
     * @throws ParameterException if there is no such task, or there are anchors without one
     */
    Optional<Task> given() {
        if (task == null) {
            if (anchors != null) {
                throw new ParameterException(
                        command.commandLine(),
                        "--anchors belongs to a detector; say which with --task detector:DECODER");
            }
            return Optional.empty();
        }
        try {
            return Optional.of(Tasks.parse(task, anchors == null ? List.of() : NpyFile.read(anchors)));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--task: " + e.getMessage(), e);
        }
    }
}
