package dev.octavo.tools.convert;

import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.distill.DistilledImages;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.lower.FoldConstants;
import dev.octavo.tools.options.StatisticsSource;
import dev.octavo.tools.progress.ConversionListener;
import dev.octavo.tools.progress.ConversionStage;
import dev.octavo.tools.quantizer.Measurer;
import dev.octavo.tools.simulate.CalibrationSets;
import dev.octavo.tools.simulate.ObservedForward;
import dev.octavo.tools.simulate.SyntheticForward;
import dev.octavo.tools.statistics.InputEncoding;
import java.nio.file.Path;

/** What finds out about activations, by the source that options name. */
final class Measurers {
    private Measurers() {}

    /**
     * The measurer of a conversion.
     *
     * @param graph as it was imported
     * @throws GraphException if the graph does not suit the source
     */
    static Measurer of(Graph graph, ConversionOptions options, InputEncoding input, ConversionListener listener) {
        return switch (options.quantization().statistics()) {
            case StatisticsSource.Analytic() ->
                options.worstInFloat() > 0 ? new SyntheticForward(1, 0).unmeasured() : Measurer.NONE;
            case StatisticsSource.Synthetic(long seed, int images) -> new SyntheticForward(seed, images);
            case StatisticsSource.Calibration(Path path, int images) ->
                new ObservedForward(CalibrationSets.installed().open(path, preprocessing(graph, options), images));
            case StatisticsSource.Distilled distilled -> {
                InputEncoding.Reals range = input instanceof InputEncoding.Pixels pixels
                        ? pixels.normalised()
                        : (InputEncoding.Reals) input;
                int iterations = distilled.iterations() > 0
                        ? distilled.iterations()
                        : distilled.recipe().iterations();
                yield new ObservedForward(new DistilledImages(
                        new FoldConstants().apply(graph),
                        distilled,
                        range.low(),
                        range.high(),
                        (iteration, loss) ->
                                listener.progressed(ConversionStage.MEASURING, iteration + 1, iterations)));
            }
        };
    }

    private static ModelMetadata.Preprocessing preprocessing(Graph graph, ConversionOptions options) {
        if (!Converter.takesPicture(graph) || options.inputRange().isPresent()) {
            throw new GraphException(graph.name() + ": takes no pictures, and cannot be calibrated on some");
        }
        return options.preprocessing(graph.shape(graph.inputs().getFirst())[1]);
    }
}
