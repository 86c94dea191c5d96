package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.measure.JavaProcess;
import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.report.Report;
import dev.octavo.benchmarks.rivals.OnnxRuntime;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.tools.export.Int8Form;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The time from the start of a JVM to its first answer, on one CPU, with the model read from a file. AOT caches are written when
 * the first network starts and serve the others, which load the same classes.
 */
public final class ColdStart implements AutoCloseable {
    private static final String ANSWER = "answer ";
    private static final String OCTAVO = "Octavo int8";
    private static final String ONNX_RUNTIME = "ONNX Runtime int8";
    private static final String CACHE = ", AOT cache";
    private static final String LATE = ", late compiler";
    /** One compiler, which waits for ten times as many calls: on one CPU compilers run instead of the program. */
    private static final List<String> LATE_COMPILER =
            List.of("-XX:TieredStopAtLevel=1", "-XX:CompileThresholdScaling=10");
    /** The form that ONNX Runtime runs fastest. */
    private static final Int8Form FASTEST = new Int8Form(Int8Form.Notation.QOPERATOR, false, false);

    private final String cpus;
    private final Path octavoCache;
    private final Path onnxRuntimeCache;

    /**
     * Deletes caches that an interrupted comparison left.
     *
     * @param folder where the caches go, until this is closed
     * @param cpus where the JVMs run
     */
    ColdStart(Path folder, String cpus) throws IOException {
        this.cpus = cpus;
        this.octavoCache = folder.resolve("octavo.aot");
        this.onnxRuntimeCache = folder.resolve("onnxruntime.aot");
        close();
    }

    /** What the fresh JVM does: {@code octavo MODEL SIZE} or {@code onnxruntime MODEL SIZE} with the rows and columns of
     * an image. */
    public static void main(String[] arguments) throws IOException {
        Path model = Path.of(arguments[1]);
        int size = Integer.parseInt(arguments[2]);
        // The mean picture: drawing another would take time that is not the runtime's.
        float[] grey = new float[3 * size * size];
        int[] shape = {1, 3, size, size};
        float[] logits = arguments[0].equals("octavo") ? octavo(model, shape, grey) : onnxRuntime(model, shape, grey);
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        System.out.println(ANSWER + best);
    }

    private static float[] octavo(Path file, int[] shape, float[] image) throws IOException {
        try (Model model = Model.load(file);
                Session session = model.newSession()) {
            return session.run(Tensor.of(image, shape)).toFloatArray();
        }
    }

    private static float[] onnxRuntime(Path file, int[] shape, float[] image) {
        try (OnnxRuntime contender =
                OnnxRuntime.open(file, OnnxRuntime.Settings.ofThreads(1), shape, image, Architecture.CLASSES)) {
            contender.run();
            return contender.output();
        }
    }

    /**
     * Measures in interleaved rounds.
     *
     * @param rounds at most; one at least if there is time for any
     * @param enough asked between rounds whether time is over
     */
    List<Report.Start> measure(Models models, int rounds, BooleanSupplier enough) throws IOException {
        String size = Integer.toString(models.architecture().size());
        List<String> octavo = List.of("octavo", models.int8().toString(), size);
        List<String> onnxRuntime = List.of("onnxruntime", models.onnx(FASTEST).toString(), size);
        Map<String, ProcessBuilder> contenders = new LinkedHashMap<>();
        contenders.put(OCTAVO, process(List.of(), octavo));
        contenders.put(ONNX_RUNTIME, process(List.of(), onnxRuntime));
        int most = enough.getAsBoolean() ? 0 : rounds;
        // The JVM caches classes of jars only.
        if (most > 0
                && Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                        .noneMatch(entry -> Files.isDirectory(Path.of(entry)))) {
            List<String> octavoOptions = List.of(cache(octavoCache, octavo));
            List<String> onnxRuntimeOptions = List.of(cache(onnxRuntimeCache, onnxRuntime));
            contenders.put(OCTAVO + CACHE, withoutVectors(octavoOptions, octavo));
            contenders.put(ONNX_RUNTIME + CACHE, withoutVectors(onnxRuntimeOptions, onnxRuntime));
            contenders.put(OCTAVO + CACHE + LATE, withoutVectors(late(octavoOptions), octavo));
            contenders.put(ONNX_RUNTIME + CACHE + LATE, withoutVectors(late(onnxRuntimeOptions), onnxRuntime));
        }
        Map<String, List<Double>> millis = new LinkedHashMap<>();
        Map<String, String> failures = new LinkedHashMap<>();
        for (int round = 0; round < most && (round == 0 || !enough.getAsBoolean()); round++) {
            for (Map.Entry<String, ProcessBuilder> contender : contenders.entrySet()) {
                try {
                    double time = time(contender.getValue());
                    millis.computeIfAbsent(contender.getKey(), _ -> new ArrayList<>())
                            .add(time);
                } catch (IOException e) {
                    failures.put(contender.getKey(), String.valueOf(e.getMessage()));
                }
            }
        }
        return contenders.keySet().stream()
                .map(name -> {
                    List<Double> starts = millis.getOrDefault(name, List.of());
                    String untried = starts.isEmpty() ? Report.NOT_TRIED + Report.NO_TIME : "";
                    return new Report.Start(name, starts, failures.getOrDefault(name, untried));
                })
                .toList();
    }

    private static List<String> late(List<String> options) {
        return Stream.concat(options.stream(), LATE_COMPILER.stream()).toList();
    }

    /** The option that takes a cache, which a first start that does not count writes if it is not there. */
    private String cache(Path file, List<String> program) throws IOException {
        if (!Files.exists(file)) {
            JavaProcess.end(withoutVectors(List.of("-XX:AOTCacheOutput=" + file), program)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
        }
        return "-XX:AOTCache=" + file;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(octavoCache);
        Files.deleteIfExists(onnxRuntimeCache);
    }

    private ProcessBuilder process(List<String> options, List<String> arguments) {
        List<String> program = new ArrayList<>(List.of(ColdStart.class.getName()));
        program.addAll(arguments);
        return JavaProcess.on(cpus, 1, options, program).redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    /** Without the incubator module, which emitted code does not need, and with which a JVM caches less. */
    private ProcessBuilder withoutVectors(List<String> options, List<String> arguments) {
        ProcessBuilder process = process(options, arguments);
        process.command().removeIf(option -> option.startsWith("--add-modules"));
        return process;
    }

    private static double time(ProcessBuilder builder) throws IOException {
        long start = System.nanoTime();
        Process process = builder.start();
        double millis = Double.NaN;
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(ANSWER)) {
                    millis = (System.nanoTime() - start) * 1e-6;
                }
            }
        }
        int status = JavaProcess.end(process);
        if (status != 0 || Double.isNaN(millis)) {
            throw new IOException("the process ended with status " + status + " before it had an answer");
        }
        return millis;
    }
}
