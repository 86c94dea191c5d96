package dev.octavo.tools.study;

import dev.octavo.tools.convert.Conversion;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.evaluate.Logits;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.options.DistillationRecipe;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.quantize.WeightRounding;
import dev.octavo.tools.quantize.WeightScope;
import dev.octavo.tools.simulate.FakeQuantization;
import dev.octavo.tools.vision.Preprocessing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs the experiments of the papers on data-free quantization on one network: SQuant's accuracies and the ablation of its
 * stages, DFQ's steps, and the difference between fake quantization and integers that ISQuant is about.
 */
public final class Study {
    private static final List<Integer> BITS = List.of(8, 6, 4);
    private static final List<Integer> ABLATION_BITS = List.of(5, 4, 3);
    private static final List<String> DFQ_COLUMNS = List.of(
            "Int8**: fake, 16-bit bias",
            "Int8*: fake, 8-bit bias",
            "Int8′: fake, all signed",
            "Int8: integers, all signed");

    /** Columns of DFQ's tables in which distilled images were published. */
    private static final int DISTILLED_COLUMNS = 2;

    /** Pictures on which single layers are compared. */
    private static final int GAP_IMAGES = 32;

    private final Graph graph;
    private final ConversionOptions base;
    private final StudyPictures pictures;
    private final Networks networks;
    private final float[][] reference;
    private final boolean distills;
    private final Consumer<String> progress;
    private @Nullable QuantizationOptions lastOptions;
    private @Nullable Conversion lastConversion;

    private Study(
            Graph graph,
            ConversionOptions base,
            Preprocessing preprocessing,
            LabelledData data,
            boolean distills,
            Consumer<String> progress) {
        Graph folded = Converter.folded(graph);
        this.graph = graph;
        this.base = base;
        this.distills = distills;
        this.progress = progress;
        progress.accept("in float");
        pictures = StudyPictures.of(folded, preprocessing, data);
        networks = new Networks(folded, preprocessing, pictures);
        reference = networks.reference();
    }

    /**
     * How often {@link #run} tells of an experiment.
     *
     * @param distills as there
     */
    public static int experiments(boolean distills) {
        int standard = 1 + 6 * BITS.size() + 1 + 4 * ABLATION_BITS.size() + 6 * DFQ_COLUMNS.size() + BITS.size();
        return distills ? standard + BITS.size() + 2 * DISTILLED_COLUMNS : standard;
    }

    /**
     * Runs all experiments.
     *
     * @param graph a float network that takes one picture and gives one score per class
     * @param base the normalisation of its pictures
     * @param preprocessing the same for the pictures here
     * @param distills whether to run the experiments with distilled images as well, which takes a while
     * @param progress hears the name of each experiment as it begins
     * @throws GraphException if the network is none of these, or cannot be quantized
     */
    public static StudyResult run(
            Graph graph,
            ConversionOptions base,
            Preprocessing preprocessing,
            LabelledData data,
            boolean distills,
            Consumer<String> progress) {
        if (!Converter.takesPicture(graph) || graph.outputs().size() != 1) {
            throw new GraphException(graph.name() + " is no classifier of pictures: a study needs one input"
                    + " [1, C, H, W] of 1 or 3 channels, and one output");
        }
        return new Study(graph, base, preprocessing, data, distills, progress).run();
    }

    private StudyResult run() {
        List<StudyTable> tables = List.of(accuracies(), stages(), steps());
        List<ArithmeticGap> gaps = BITS.stream().map(this::gap).toList();
        int right = 0;
        for (int i = 0; i < pictures.size(); i++) {
            right += Logits.best(reference[i]) == pictures.labels()[i] ? 1 : 0;
        }
        double top1 = (double) right / pictures.size();
        return new StudyResult(
                graph.name(),
                pictures.size(),
                top1,
                Measurement.standardError(top1 * (1 - top1), pictures.size()),
                tables,
                gaps);
    }

    private StudyTable accuracies() {
        List<StudyRow> rows = new ArrayList<>();
        for (int bits : BITS) {
            String fake = "W" + bits + "A" + bits + " fake";
            String integers = "W" + bits + "A" + bits + " integers";
            String isquant = "ISQuant: SQuant per tensor, signed";
            QuantizationOptions standard = QuantizationOptions.forBits(bits);
            rows.add(fake("nearest, per channel", fake, Recipes.squant(bits, WeightRounding.NEAREST), ""));
            if (distills) {
                rows.add(fake(
                        "ZeroQ: nearest, per channel, distilled",
                        fake,
                        Recipes.distilled(Recipes.squant(bits, WeightRounding.NEAREST), DistillationRecipe.ZEROQ),
                        Published.zeroq(bits)));
            }
            rows.add(fake(
                    "SQuant, per channel", fake, Recipes.squant(bits, WeightRounding.SQUANT), Published.squant(bits)));
            rows.add(integers(isquant, integers, Recipes.isquant(bits), Published.isquant(bits)));
            if (bits == 8) {
                rows.add(integers(isquant, "W7A7 integers", Recipes.isquant(7), Published.isquant(7)));
            }
            rows.add(fake("Octavo, per tensor", fake, standard, ""));
            rows.add(integers("Octavo, per tensor", integers, standard, ""));
            rows.add(integers("Octavo, per channel", integers, standard.withScope(WeightScope.CHANNEL), ""));
        }
        return new StudyTable(
                "SQuant: weights and activations of the same bits",
                "Fake rows compute in float with rounded values, as the paper did; integers are the runtime's own"
                    + " arithmetic. First and last layers are quantized like all others here, and the picture goes in"
                    + " as its own 8 bits.",
                rows);
    }

    private StudyTable stages() {
        Map<String, WeightRounding> stages = new LinkedHashMap<>();
        stages.put("E (nearest)", WeightRounding.NEAREST);
        stages.put("E&K", WeightRounding.SQUANT_KERNEL);
        stages.put("E&C", WeightRounding.SQUANT_CHANNEL);
        stages.put("E&K&C", WeightRounding.SQUANT);
        List<StudyRow> rows = new ArrayList<>();
        for (int bits : ABLATION_BITS) {
            stages.forEach((name, rounding) -> rows.add(experiment(
                    "SQuant " + name,
                    "W" + bits + " fake",
                    Recipes.squant(bits, rounding),
                    conversion -> networks.fake(
                            FakeQuantization.of(conversion.graph()).withFloatActivations(), conversion.graph()),
                    Published.ablation(bits, rounding))));
        }
        return new StudyTable(
                "SQuant: what its stages are worth",
                "Weights alone are rounded, with a scale per channel; activations stay in float.",
                rows);
    }

    private StudyTable steps() {
        List<StudyRow> rows = new ArrayList<>();
        int all = DFQ_COLUMNS.size();
        addSteps(rows, "original", all, Recipes.dfq(false, false, false, false));
        addSteps(rows, "+ReLU", all, Recipes.dfq(true, false, false, false));
        addSteps(rows, "+ReLU+LE", all, Recipes.dfq(true, true, false, false));
        addSteps(rows, "+BC", all, Recipes.dfq(false, false, true, false));
        addSteps(rows, "+BC+clip_15", all, Recipes.dfq(false, false, true, true));
        addSteps(rows, "+ReLU+LE+BC", all, Recipes.dfq(true, true, true, false));
        if (distills) {
            addSteps(rows, "+ReLU+LE+DR", DISTILLED_COLUMNS, distilled(Recipes.dfq(true, true, false, false)));
            addSteps(rows, "+ReLU+LE+BC+DR", DISTILLED_COLUMNS, distilled(Recipes.dfq(true, true, true, false)));
        }
        return new StudyTable(
                "DFQ: what its steps are worth",
                "ReLU: ReLU6 becomes ReLU. LE: cross-layer equalization. BC: bias correction. clip_15: weights clipped"
                    + " to 15. One scale per tensor, nearest rounding, ranges of six deviations, dead channels as they"
                    + " are. The published code used affine weights in its columns Int8** and Int8*; here all weights"
                    + " are symmetric, and activations that cannot be negative are unsigned in these two columns. DR:"
                    + " ranges of least squared error on distilled images.",
                rows);
    }

    private static QuantizationOptions distilled(QuantizationOptions options) {
        return Recipes.distilled(options, DistillationRecipe.DFQ);
    }

    private void addSteps(List<StudyRow> rows, String recipe, int columns, QuantizationOptions unsigned) {
        QuantizationOptions signed = unsigned.withSignedActivations(true);
        for (int column = 0; column < columns; column++) {
            String arithmetic = DFQ_COLUMNS.get(column);
            String published = Published.dfq(recipe, column);
            rows.add(
                    switch (column) {
                        case 0 -> withBiasBits(16, recipe, arithmetic, unsigned, published);
                        case 1 -> withBiasBits(8, recipe, arithmetic, unsigned, published);
                        case 2 -> fake(recipe, arithmetic, signed, published);
                        default -> integers(recipe, arithmetic, signed, published);
                    });
        }
    }

    private StudyRow withBiasBits(
            int bits, String recipe, String arithmetic, QuantizationOptions options, String published) {
        return experiment(
                recipe,
                arithmetic,
                options,
                conversion ->
                        networks.fake(FakeQuantization.of(conversion.graph()).withBiasBits(bits), conversion.graph()),
                published);
    }

    private StudyRow fake(String recipe, String arithmetic, QuantizationOptions options, String published) {
        return experiment(
                recipe,
                arithmetic,
                options,
                conversion -> networks.fake(FakeQuantization.of(conversion.graph()), conversion.graph()),
                published);
    }

    private StudyRow integers(String recipe, String arithmetic, QuantizationOptions options, String published) {
        return experiment(recipe, arithmetic, options, conversion -> networks.integers(conversion.model()), published);
    }

    private StudyRow experiment(
            String recipe,
            String arithmetic,
            QuantizationOptions options,
            Function<Conversion, float[][]> logits,
            String published) {
        progress.accept(recipe + ", " + arithmetic);
        float[][] actual = logits.apply(convert(options));
        return new StudyRow(recipe, arithmetic, Measurement.of(actual, reference, pictures.labels()), published);
    }

    /** Experiments in a row often share a conversion. */
    private Conversion convert(QuantizationOptions options) {
        Conversion known = lastConversion;
        if (known == null || !options.equals(lastOptions)) {
            known = Converter.convert(graph, base.with(options));
            lastConversion = known;
            lastOptions = options;
        }
        return known;
    }

    private ArithmeticGap gap(int bits) {
        progress.accept("integers against fake, " + bits + " bits");
        Conversion conversion = convert(QuantizationOptions.forBits(bits));
        float[][] integers = networks.integers(conversion.model());
        FakeQuantization fake = FakeQuantization.of(conversion.graph());
        return new ArithmeticGap(
                bits,
                Measurement.of(integers, networks.fake(fake, conversion.graph()), pictures.labels()),
                Measurement.of(integers, networks.fake(fake.withFloatSums(), conversion.graph()), pictures.labels()),
                networks.layerGaps(conversion.graph(), conversion.model(), GAP_IMAGES));
    }
}
