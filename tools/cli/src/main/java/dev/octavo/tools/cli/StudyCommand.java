package dev.octavo.tools.cli;

import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.data.DataException;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.files.WholeFile;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.options.FidelityOptions;
import dev.octavo.tools.report.StudyReport;
import dev.octavo.tools.study.ArithmeticGap;
import dev.octavo.tools.study.Measurement;
import dev.octavo.tools.study.Study;
import dev.octavo.tools.study.StudyResult;
import dev.octavo.tools.study.StudyRow;
import dev.octavo.tools.study.StudyTable;
import dev.octavo.tools.vision.Preprocessing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code octavo study}. */
@Command(
        name = "study",
        description = "Run the experiments of SQuant, DFQ and ISQuant again on a network of your own: accuracy by bits,"
                + " stages of rounding, steps of equalization, and integers against fake quantization.")
final class StudyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL.onnx", description = "A float classifier of pictures.")
    private Path file;

    @Mixin
    private LabelledPictures data;

    @Option(
            names = "--out",
            paramLabel = "FILE.html",
            description = "Write a page with all tables, published results beside them.")
    private @Nullable Path page;

    @Option(names = "--pictures", paramLabel = "N", description = "Use the first N pictures; 500 by default.")
    private int limit = 500;

    @Option(
            names = "--distilled",
            description = "Also run what ZeroQ and DFQ did with distilled images, which takes a while.")
    private boolean distilled;

    @Mixin
    private PreprocessingOptions preprocessing;

    @Mixin
    private InputShapes shapes;

    @Override
    public Integer call() throws IOException {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--pictures must be at least 1, not " + limit);
        }
        new OutputFiles(spec.commandLine()).reads(file).writes("--out", page).check();
        if (!ModelFile.isOnnx(file)) {
            throw new DataException(file + ": a study begins with the float network; give an .onnx file");
        }
        StudyResult study =
                study(OnnxReader.read(file, shapes.byName()), data.open().limit(limit));
        if (page != null) {
            WholeFile.write(page, StudyReport.html(study));
        }
        print(spec.commandLine().getOut(), study);
        return 0;
    }

    private StudyResult study(Graph graph, LabelledData pictures) {
        if (!Converter.takesPicture(graph)) {
            throw new DataException(file + ": takes no picture, and a study needs a classifier of pictures");
        }
        int channels = graph.shape(graph.inputs().getFirst())[1];
        ModelMetadata.Preprocessing resolved = preprocessing.resolve(channels, Optional.empty());
        AtomicInteger begun = new AtomicInteger();
        try (Progress progress =
                Progress.start(spec.commandLine().getErr(), "running experiments", Study.experiments(distilled))) {
            return Study.run(
                    graph,
                    ConversionOptions.forBits(8)
                            .withFidelity(FidelityOptions.none())
                            .withNormalisation(resolved.mean(), resolved.std())
                            .withCrop(resolved.crop()),
                    Preprocessing.of(resolved),
                    pictures,
                    distilled,
                    experiment -> progress.at(begun.getAndIncrement()));
        }
    }

    private static void print(PrintWriter out, StudyResult study) {
        out.println(study.network() + ", " + study.images() + " pictures, top-1 in float "
                + Texts.percent(study.floatTop1()));
        for (StudyTable table : study.tables()) {
            out.println();
            out.println(table.title());
            TextTable text = new TextTable();
            text.row("recipe", "arithmetic", "top-1", "loss, points", "agreement", "SQNR", "published loss");
            for (StudyRow row : table.rows()) {
                Measurement measured = row.measured();
                text.row(
                        row.recipe(),
                        row.arithmetic(),
                        Texts.percent(measured.top1()),
                        Texts.number(100 * measured.loss(), 1) + " ± " + Texts.number(100 * measured.lossError(), 1),
                        Texts.percent(measured.agreement()),
                        Texts.number(measured.sqnrDb(), 1) + " dB",
                        row.published());
            }
            text.print(out);
        }
        out.println();
        out.println("integers against fake quantization");
        TextTable gaps = new TextTable();
        gaps.row("bits", "sums", "agreement", "SQNR");
        for (ArithmeticGap gap : study.gaps()) {
            gaps.row(gapRow(gap.bits(), "exact", gap.exactSums()));
            gaps.row(gapRow(gap.bits(), "float", gap.floatSums()));
        }
        gaps.print(out);
        out.flush();
    }

    private static String[] gapRow(int bits, String sums, Measurement measured) {
        return new String[] {
            Integer.toString(bits),
            sums,
            Texts.percent(measured.agreement()),
            Texts.number(measured.sqnrDb(), 1) + " dB"
        };
    }
}
