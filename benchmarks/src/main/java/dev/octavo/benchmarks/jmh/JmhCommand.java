package dev.octavo.benchmarks.jmh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code benchmark jmh}: hands everything that follows to JMH. */
@Command(name = "jmh", description = "Runs JMH with the given options, such as -l, -prof gc, or a name.")
public final class JmhCommand implements Callable<Integer> {
    @Unmatched
    private List<String> arguments = new ArrayList<>();

    /** Options are set by picocli. */
    public JmhCommand() {}

    @Override
    public Integer call() throws IOException {
        org.openjdk.jmh.Main.main(arguments.toArray(String[]::new));
        return 0;
    }
}
