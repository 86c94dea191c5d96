package dev.octavo.tools.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program {@code octavo}. It ends with 0, or with 1 after one line on standard error that says what went wrong, or with 2
 * after one that says how it was called wrongly.
 */
@Command(
        name = "octavo",
        version = "octavo 0.1.0",
        description = "Int8 inference of convolutional networks for the JVM.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
    private static final List<Class<?>> COMMANDS = List.of(
            ConvertCommand.class,
            RunCommand.class,
            EvalCommand.class,
            CompareCommand.class,
            StudyCommand.class,
            BenchCommand.class,
            InspectCommand.class,
            ExportCommand.class,
            ServeCommand.class,
            ConformanceCommand.class,
            DemoCommand.class);

    @Spec
    private CommandSpec spec;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show where in the program an error arose.")
    private boolean verbose;

    /** Runs the program and ends the JVM. */
    public static void main(String[] args) {
        StandardOutput standard = new StandardOutput();
        PrintWriter out = new PrintWriter(standard, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int code = run(out, err, args);
        out.flush();
        System.exit(standard.failure().isEmpty() ? code : standard.complain(err));
    }

    /** Runs the program and returns what it ends with. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        try {
            CommandLine line = new CommandLine(new Main());
            asked(args).forEach(line::addSubcommand);
            return line.setOut(out)
                    .setErr(err)
                    .setCaseInsensitiveEnumValuesAllowed(true)
                    .setParameterExceptionHandler(Main::complain)
                    .setExecutionExceptionHandler(Main::report)
                    .execute(args);
        } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            err.println("octavo: " + Failure.describe(e));
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    /** The command that the arguments name; all of them if they name none. To make the others takes a tenth of a second. */
    private static List<Class<?>> asked(String[] args) {
        return Arrays.stream(args)
                .filter(argument -> !argument.startsWith("-"))
                .findFirst()
                .flatMap(name -> COMMANDS.stream()
                        .filter(type -> type.getSimpleName().equalsIgnoreCase(name + "Command"))
                        .findFirst())
                .<List<Class<?>>>map(List::of)
                .orElse(COMMANDS);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static int complain(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String hint = e instanceof UnmatchedArgumentException unmatched
                ? unmatched.getSuggestions().stream()
                        .findFirst()
                        .map(suggestion -> "; did you mean " + suggestion + "?")
                        .orElse("")
                : "";
        command.getErr()
                .println("octavo: " + Terminal.escaped(Failure.oneLine(String.valueOf(e.getMessage()))) + hint
                        + "; see " + command.getCommandSpec().qualifiedName() + " --help");
        return CommandLine.ExitCode.USAGE;
    }

    private static int report(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        command.getErr().println("octavo: " + Failure.describe(e));
        if (command.getCommandSpec().root().userObject() instanceof Main main && main.verbose) {
            e.printStackTrace(command.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
