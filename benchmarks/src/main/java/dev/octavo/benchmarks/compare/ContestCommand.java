package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.report.Report;
import dev.octavo.benchmarks.rivals.Agreement;
import dev.octavo.benchmarks.rivals.RivalException;
import dev.octavo.kernels.machine.MachinePeaks;
import dev.octavo.runtime.SessionOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** The process behind a contest: reads a {@link ContestTask}, writes its result, and says before each turn whose it is. */
@Command(name = "contest", hidden = true)
public final class ContestCommand implements Callable<Integer> {
    /** Begin of the lines on standard output that say what comes next; libraries print there too. */
    static final String TURN = "turn: ";

    /** Part of the first setting's time that is not for layers, agreement and peaks. */
    private static final double CONTEST = 0.85;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Map<String, Long> BLOCKS = Map.of(
            "L1 (16 KiB)", 16L << 10, "L2 (512 KiB)", 512L << 10, "L3 (8 MiB)", 8L << 20, "DRAM (256 MiB)", 256L << 20);

    @Parameters(index = "0")
    private Path task = Path.of("task.json");

    @Parameters(index = "1")
    private Path result = Path.of("result.json");

    /** Options are set by picocli. */
    public ContestCommand() {}

    @Override
    public Integer call() {
        JSON.writeValue(result.toFile(), run(JSON.readValue(task.toFile(), ContestTask.class)));
        return 0;
    }

    private static ContestTask.Result run(ContestTask task) {
        long start = System.nanoTime();
        double until = task.budget() * (task.kind() == ContestTask.Kind.FIRST ? CONTEST : 1);
        List<Report.Contender> contenders =
                new Contest(task, () -> until - (System.nanoTime() - start) * 1e-9, ContestCommand::say).run();
        if (task.kind() != ContestTask.Kind.FIRST) {
            return new ContestTask.Result(contenders, List.of(), new Report.Agreed(List.of(), 0, ""), Map.of(), "");
        }
        Models models = new Models(task.network(), Path.of(task.folder()));
        say("Octavo, layer by layer", -1);
        List<Report.Layer> layers =
                new LayerProfile(Models.read(models.int8()), models.shape(1), models.images(1)).measure();
        say("agreement with ONNX Runtime", -1);
        Report.Agreed agreement = agreement(models);
        Map<String, Double> peaks = new LinkedHashMap<>();
        return new ContestTask.Result(contenders, layers, agreement, peaks, measurePeaks(peaks));
    }

    private static void say(String name, int round) {
        System.out.println(TURN + name + (round < 0 ? "" : ", round " + (round + 1)));
    }

    /** Fills in the peaks and returns the instruction set, which is empty where no code can be emitted. */
    private static String measurePeaks(Map<String, Double> peaks) {
        Optional<MachinePeaks> emitted = MachinePeaks.emit();
        if (emitted.isEmpty()) {
            return "";
        }
        try (MachinePeaks loops = emitted.get()) {
            peaks.put(Report.Machine.INT8, loops.int8GigaMacs());
            peaks.put(Report.Machine.FLOAT, loops.floatGigaMacs());
            BLOCKS.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue())
                    .forEach(block ->
                            peaks.put(Report.Machine.READ + block.getKey(), loops.readGigaBytes(block.getValue())));
            return loops.instructionSet();
        }
    }

    private static Report.Agreed agreement(Models models) {
        try {
            Agreement agreement = Agreement.of(Models.read(models.int8()), SessionOptions.defaults(), models.images(1));
            List<Report.AgreedTensor> tensors = new ArrayList<>();
            for (int i = 0; i < agreement.isolated().size(); i++) {
                Agreement.TensorAgreement isolated = agreement.isolated().get(i);
                Agreement.TensorAgreement chained = agreement.chained().get(i);
                tensors.add(new Report.AgreedTensor(
                        isolated.name(), isolated.equal(), isolated.largest(), chained.equal(), chained.largest()));
            }
            return new Report.Agreed(tensors, agreement.logitDifference(), "");
        } catch (RivalException | IllegalArgumentException | IllegalStateException e) {
            return new Report.Agreed(List.of(), 0, e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }
}
