package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.measure.JavaProcess;
import dev.octavo.benchmarks.report.Report;
import dev.octavo.benchmarks.rivals.OnnxRuntime;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The time from the start of a JVM to its first answer, on one CPU, with the model read from a file. */
public final class ColdStart {
    private static final String ANSWER = "answer ";

    private ColdStart() {}

    /** What the fresh JVM does: {@code octavo MODEL} or {@code onnxruntime MODEL}. */
    public static void main(String[] arguments) {
        Path model = Path.of(arguments[1]);
        float[] logits = arguments[0].equals("octavo") ? octavo(model) : onnxRuntime(model);
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        System.out.println(ANSWER + best);
    }

    private static float[] octavo(Path file) {
        try (Model model = Model.load(file);
                Session session = model.newSession()) {
            return session.run(Tensor.of(grey(), Models.shape(1))).toFloatArray();
        }
    }

    private static float[] onnxRuntime(Path file) {
        try (OnnxRuntime contender =
                OnnxRuntime.open(file, OnnxRuntime.Settings.ofThreads(1), Models.shape(1), grey(), Models.CLASSES)) {
            contender.run();
            return contender.output();
        }
    }

    /** The mean picture: drawing another would take time that is not the runtime's. */
    private static float[] grey() {
        return new float[Arrays.stream(Models.shape(1)).reduce(1, (a, b) -> a * b)];
    }

    /**
     * Measures in interleaved rounds, after one start of each that does not count.
     *
     * @param onnx the int8 network in the form that ONNX Runtime runs fastest
     * @param cpus where the JVMs run
     */
    static List<Report.Start> measure(Models models, Path onnx, String cpus, int rounds) throws IOException {
        Path archive = Files.createTempFile(models.folder(), "classes", ".jsa");
        Files.delete(archive);
        List<String> archived =
                List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off");
        String octavo = models.int8().toString();
        Map<String, ProcessBuilder> contenders = new LinkedHashMap<>();
        contenders.put("Octavo int8", process(cpus, List.of(), "octavo", octavo));
        // The JVM archives classes of jars only.
        if (Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .noneMatch(entry -> Files.isDirectory(Path.of(entry)))) {
            contenders.put("Octavo int8, with an archive of classes", process(cpus, archived, "octavo", octavo));
        }
        contenders.put("ONNX Runtime int8", process(cpus, List.of(), "onnxruntime", onnx.toString()));
        Map<String, List<Double>> millis = new LinkedHashMap<>();
        Map<String, String> failures = new LinkedHashMap<>();
        for (int round = -1; round < rounds; round++) {
            for (Map.Entry<String, ProcessBuilder> contender : contenders.entrySet()) {
                try {
                    double time = time(contender.getValue());
                    if (round >= 0) {
                        millis.computeIfAbsent(contender.getKey(), _ -> new ArrayList<>())
                                .add(time);
                    }
                } catch (IOException e) {
                    failures.put(contender.getKey(), String.valueOf(e.getMessage()));
                }
            }
        }
        Files.deleteIfExists(archive);
        return contenders.keySet().stream()
                .map(name ->
                        new Report.Start(name, millis.getOrDefault(name, List.of()), failures.getOrDefault(name, "")))
                .toList();
    }

    private static ProcessBuilder process(String cpus, List<String> options, String... arguments) {
        List<String> program = new ArrayList<>(List.of(ColdStart.class.getName()));
        program.addAll(List.of(arguments));
        return JavaProcess.on(cpus, 1, options, program).redirectError(ProcessBuilder.Redirect.DISCARD);
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
