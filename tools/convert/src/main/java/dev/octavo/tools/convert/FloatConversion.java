package dev.octavo.tools.convert;

import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.fidelity.Fidelity;
import dev.octavo.tools.fidelity.FidelityCheck;
import dev.octavo.tools.fidelity.Repair;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.lower.QuantizedLowering;
import dev.octavo.tools.options.FidelityOptions;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.options.StatisticsSource;
import dev.octavo.tools.progress.ConversionListener;
import dev.octavo.tools.progress.ConversionStage;
import dev.octavo.tools.quantizer.QuantizedGraph;
import dev.octavo.tools.quantizer.Quantizer;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The conversion of one float network: quantization, the check of what it loses, and repair. */
final class FloatConversion {
    /** Who asks for fewer bits expects a loss. */
    private static final int FINE_BITS = 7;

    private final Graph graph;
    private final Graph folded;
    private final InputEncoding input;
    private final ConversionOptions options;
    private final ConversionListener listener;

    FloatConversion(
            Graph graph, Graph folded, InputEncoding input, ConversionOptions options, ConversionListener listener) {
        this.graph = graph;
        this.folded = folded;
        this.input = input;
        this.options = options;
        this.listener = listener;
    }

    Conversion run() {
        QuantizationOptions quantization = options.quantization();
        Quantizer.Preparation preparation = prepare(quantization);
        if (options.worstInFloat() > 0) {
            Set<String> floatLayers = new TreeSet<>(quantization.floatLayers());
            floatLayers.addAll(preparation.worst(options.worstInFloat()));
            quantization = quantization.withFloatLayers(floatLayers);
        }
        List<String> warnings = Warnings.ofContradictions(preparation.contradicted());
        QuantizedGraph quantized = preparation.quantize(quantization.floatLayers());
        ModelDefinition model = lower(quantized, quantization);
        if (!options.fidelity().check()) {
            return conversion(quantized, model, ConversionReport.unchecked(warnings));
        }
        return checked(preparation, quantization, quantized, model, warnings);
    }

    private Quantizer.Preparation prepare(QuantizationOptions quantization) {
        return Quantizer.of(quantization, Measurers.of(graph, options.with(quantization), input, listener), listener)
                .prepare(folded, input);
    }

    private ModelDefinition lower(QuantizedGraph quantized, QuantizationOptions quantization) {
        listener.rewritten("quantize", quantized::dump);
        listener.progressed(ConversionStage.LOWERING, 0, 1);
        ModelDefinition model = QuantizedLowering.lower(
                quantized,
                Converter.metadata(graph, options, options.with(quantization).settings()));
        listener.progressed(ConversionStage.LOWERING, 1, 1);
        return model;
    }

    private static Conversion conversion(QuantizedGraph quantized, ModelDefinition model, ConversionReport report) {
        return new Conversion(model, quantized, LayerReport.of(quantized), List.of(), report);
    }

    private Conversion checked(
            Quantizer.Preparation preparation,
            QuantizationOptions quantization,
            QuantizedGraph quantized,
            ModelDefinition model,
            List<String> warnings) {
        FidelityOptions wanted = options.fidelity();
        FidelityCheck check = FidelityCheck.of(folded, Converter.inFloat(graph, folded), input, listener);
        Repair repair = new Repair(this::prepare, this::lower, check);
        Repair.State state = repair.begin(preparation, quantization, quantized, model);
        boolean fine = quantization.weights().averageBits().isEmpty()
                && Math.min(
                                quantization.weights().bits(),
                                quantization.activations().bits())
                        >= FINE_BITS;
        if (wanted.repair()
                && fine
                && !(quantization.statistics() instanceof StatisticsSource.Analytic)
                && state.fidelity().worst().sqnrDb() < wanted.targetSqnrDb()) {
            state = repair.repaired(state, wanted.targetSqnrDb());
        }
        if (state.fidelity().doubtful() && state.dearest().isEmpty() && wanted.repair()) {
            state = repair.diagnosed(state);
        }
        List<String> all = new ArrayList<>(warnings);
        all.addAll(Warnings.ofLoss(state.fidelity(), state.dearest(), state.options()));
        Fidelity fidelity = state.fidelity();
        if (fidelity.broken() && fine && !wanted.acceptLoss()) {
            throw new GraphException(graph.name() + ": " + all.getLast() + ", or take it as it is with --accept-loss");
        }
        return conversion(
                state.graph(),
                state.model(),
                new ConversionReport(Optional.of(fidelity), state.steps(), state.dearest(), all));
    }
}
