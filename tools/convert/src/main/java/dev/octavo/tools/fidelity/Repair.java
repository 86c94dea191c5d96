package dev.octavo.tools.fidelity;

import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.quantize.WeightScope;
import dev.octavo.tools.quantizer.QuantizedGraph;
import dev.octavo.tools.quantizer.Quantizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Tries what brings a quantized network closer to its float one, cheapest first: weight scales of each channel, which cost
 * next to nothing at run time, and then layers in float, by what they save for what they cost. Only what helps is kept.
 */
public final class Repair {
    /** What a change must gain, in dB. */
    private static final double WORTHWHILE = 1;

    private static final int MOST_FLOAT_LAYERS = 8;

    /** Of all multiplications. */
    private static final double MOST_IN_FLOAT = 0.3;

    private static final int RANKED_INPUTS = 3;
    private static final int NAMED = 3;

    private final Function<QuantizationOptions, Quantizer.Preparation> quantizer;
    private final BiFunction<QuantizedGraph, QuantizationOptions, ModelDefinition> lowering;
    private final FidelityCheck check;

    /**
     * For one network.
     *
     * @param quantizer prepares it with some options
     * @param check on inputs that the quantizer does not see
     */
    public Repair(
            Function<QuantizationOptions, Quantizer.Preparation> quantizer,
            BiFunction<QuantizedGraph, QuantizationOptions, ModelDefinition> lowering,
            FidelityCheck check) {
        this.quantizer = quantizer;
        this.lowering = lowering;
        this.check = check;
    }

    /**
     * A state of a network on its way.
     *
     * @param preparation of its graph
     * @param options with which it was quantized
     * @param steps what was changed, with gain and cost, in words
     * @param dearest names of the layers whose rounding costs most, dearest first; empty unless they were looked for
     */
    public record State(
            Quantizer.Preparation preparation,
            QuantizationOptions options,
            QuantizedGraph graph,
            ModelDefinition model,
            Fidelity fidelity,
            List<String> steps,
            List<String> dearest) {
        /** Copies the lists. */
        public State {
            steps = List.copyOf(steps);
            dearest = List.copyOf(dearest);
        }

        private State named(List<String> layers) {
            return new State(preparation, options, graph, model, fidelity, steps, layers);
        }
    }

    /** Returns the state of a network as its options ask for. */
    public State begin(
            Quantizer.Preparation preparation,
            QuantizationOptions options,
            QuantizedGraph graph,
            ModelDefinition model) {
        return new State(preparation, options, graph, model, check.of(model), List.of(), List.of());
    }

    private State state(Quantizer.Preparation preparation, QuantizationOptions options, QuantizedGraph graph) {
        ModelDefinition model = lowering.apply(graph, options);
        return new State(preparation, options, graph, model, check.of(model), List.of(), List.of());
    }

    /** Looks for the layers that cost most, and changes nothing. */
    public State diagnosed(State state) {
        return state.named(ranked(state).keySet().stream().limit(NAMED).toList());
    }

    /**
     * Changes a network until every output reaches a target, or nothing helps any more.
     *
     * @param target ratio of signal to noise in dB
     */
    public State repaired(State first, double target) {
        State best = first;
        if (best.fidelity.worst().sqnrDb() < target && best.options.weights().scope() == WeightScope.TENSOR) {
            best = better(best, withScalesOfChannels(best));
        }
        return best.fidelity.worst().sqnrDb() < target ? withFloatLayers(best, target) : best;
    }

    private static State better(State known, State candidate) {
        return candidate.fidelity.worst().sqnrDb() - known.fidelity.worst().sqnrDb() >= WORTHWHILE ? candidate : known;
    }

    private State withScalesOfChannels(State state) {
        QuantizationOptions options = state.options.withScope(WeightScope.CHANNEL);
        Quantizer.Preparation preparation = quantizer.apply(options);
        State changed = state(preparation, options, preparation.quantize());
        return described(changed, state, "weight scales of each channel, at no cost worth mentioning");
    }

    private static State described(State changed, State before, String what) {
        List<String> steps = new ArrayList<>(before.steps);
        steps.add(String.format(
                Locale.ROOT,
                "%s: %.1f to %.1f dB",
                what,
                before.fidelity.worst().sqnrDb(),
                changed.fidelity.worst().sqnrDb()));
        return new State(
                changed.preparation,
                changed.options,
                changed.graph,
                changed.model,
                changed.fidelity,
                steps,
                changed.dearest);
    }

    private State withFloatLayers(State state, double target) {
        Map<String, Double> noise = ranked(state);
        Map<String, Double> shares = shares(state.graph.graph());
        // A layer of few multiplications is worth trying before one that saves a little more.
        List<String> order = noise.entrySet().stream()
                .sorted((a, b) -> Double.compare(
                        b.getValue() / (0.01 + shares.getOrDefault(b.getKey(), 0.0)),
                        a.getValue() / (0.01 + shares.getOrDefault(a.getKey(), 0.0))))
                .map(Map.Entry::getKey)
                .toList();
        State best = state;
        Set<String> chosen = new TreeSet<>();
        double share = 0;
        for (String layer : order) {
            double more = share + shares.getOrDefault(layer, 0.0);
            if (chosen.size() == MOST_FLOAT_LAYERS || best.fidelity.worst().sqnrDb() >= target) {
                break;
            }
            if (more > MOST_IN_FLOAT) {
                continue;
            }
            chosen.add(layer);
            share = more;
            if (Integer.bitCount(chosen.size()) == 1 || chosen.size() == order.size()) {
                best = better(best, inFloat(state, chosen, share));
            }
        }
        return best.named(noise.keySet().stream().limit(NAMED).toList());
    }

    private State inFloat(State state, Set<String> layers, double share) {
        Set<String> all = new TreeSet<>(state.options.floatLayers());
        all.addAll(layers);
        QuantizationOptions options = state.options.withFloatLayers(all);
        State changed = state(state.preparation, options, state.preparation.quantize(all));
        String what = String.format(
                Locale.ROOT, "%s in float, %.1f %% of all multiplications", String.join(", ", layers), 100 * share);
        return described(changed, state, what);
    }

    private Map<String, Double> ranked(State state) {
        FidelityCheck few = check.first(RANKED_INPUTS);
        List<String> layers = state.graph.graph().nodes().stream()
                .map(Node::name)
                .filter(name -> state.graph.layer(name).isPresent())
                .toList();
        return LayerCosts.of(layers, names -> {
            QuantizedGraph mixed = names.isEmpty() ? state.graph : state.preparation.without(state.graph, names);
            double decibels =
                    few.of(lowering.apply(mixed, state.options)).worst().sqnrDb();
            return Math.pow(10, -decibels / 10);
        });
    }

    /** What part of all multiplications each layer has. */
    private static Map<String, Double> shares(Graph graph) {
        Map<String, Double> shares = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Layer) {
                shares.put(node.name(), (double) FidelityCheck.multiplications(graph, node));
            }
        }
        double all = shares.values().stream().mapToDouble(Double::doubleValue).sum();
        shares.replaceAll((layer, own) -> all == 0 ? 0 : own / all);
        return shares;
    }
}
