package dev.octavo.tools.cli;

import dev.octavo.tools.data.DataException;
import dev.octavo.tools.files.FileFailure;
import dev.octavo.tools.files.WholeFile;
import dev.octavo.tools.progress.ConversionListener;
import dev.octavo.tools.progress.ConversionStage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that show what each pass did to a graph. */
final class PassTrace {
    private record Change(String pass, List<String> before, List<String> after) {}

    @Option(
            names = "--dump",
            paramLabel = "DIR",
            description = "Write the graph after each pass into a folder, a file each, whose lines compare well.")
    private @Nullable Path folder;

    @Option(
            names = "--explain",
            paramLabel = "NODE",
            description = "Print which passes touched a node, and whether it runs in integers.")
    private @Nullable String node;

    private final List<Change> changes = new ArrayList<>();
    private List<String> lines = List.of();
    private int files;

    /** Returns a listener that passes progress on, and traces graphs if that was asked for. */
    ConversionListener over(ConversionListener progress) {
        if (folder == null && node == null) {
            return progress;
        }
        return new ConversionListener() {
            @Override
            public void progressed(ConversionStage stage, int done, int total) {
                progress.progressed(stage, done, total);
            }

            @Override
            public void rewritten(String pass, Supplier<String> graph) {
                trace(pass, graph.get());
            }
        };
    }

    private void trace(String pass, String graph) {
        if (folder != null) {
            Path file = folder.resolve(String.format(Locale.ROOT, "%02d-%s.txt", files++, pass));
            try {
                Files.createDirectories(folder);
                WholeFile.write(file, graph);
            } catch (IOException e) {
                throw new DataException(file + ": " + FileFailure.reason(e), e);
            }
        }
        if (node != null) {
            String mark = "# " + node;
            List<String> now = graph.lines()
                    .filter(line -> line.endsWith(mark) || line.contains(mark + "  "))
                    .toList();
            if (!now.equals(lines)) {
                changes.add(new Change(pass, lines, now));
                lines = now;
            }
        }
    }

    /**
     * Prints what was asked to be explained.
     *
     * @throws DataException if no graph had such a node
     */
    void explain(PrintWriter writer) {
        if (node == null) {
            return;
        }
        if (changes.isEmpty()) {
            throw new DataException("there is no node '" + node + "'; octavo convert --dump DIR lists them all");
        }
        for (Change change : changes) {
            writer.println(change.pass() + ":");
            change.before().forEach(line -> writer.println("  - " + line));
            change.after().forEach(line -> writer.println("  + " + line));
        }
        if (lines.isEmpty()) {
            writer.println(
                    node + " is part of another node since " + changes.getLast().pass() + ".");
        }
    }
}
