package dev.octavo.tools.distill;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.options.DistillationRecipe;
import dev.octavo.tools.passes.FoldConstantOperands;
import dev.octavo.tools.passes.FoldPadding;
import dev.octavo.tools.passes.Passes;
import dev.octavo.tools.passes.RemoveIdentities;
import dev.octavo.tools.passes.ReplaceSpatialMean;
import dev.octavo.tools.passes.SeparateCountedPadding;
import dev.octavo.tools.simulate.FloatBatch;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Images whose activations have, in every batch normalization of a network, the mean and the deviation that the
 * normalization has seen in training: found by gradient descent from noise (Cai et al., "ZeroQ: A Novel Zero Shot
 * Quantization Framework", CVPR 2020).
 */
public final class Distillation {
    private final Graph graph;
    private final DistillationRecipe recipe;
    private final double low;
    private final double high;

    /**
     * For a network as it was imported, with its normalizations.
     *
     * @param low least value of its input, where the recipe keeps images in its range
     * @param high greatest value of its input
     */
    public Distillation(Graph graph, DistillationRecipe recipe, double low, double high) {
        this.graph = Passes.apply(
                graph,
                List.of(
                        new RemoveIdentities(),
                        new ReplaceSpatialMean(),
                        new SeparateCountedPadding(),
                        new FoldPadding(),
                        new FoldConstantOperands()));
        this.recipe = recipe;
        this.low = low;
        this.high = high;
    }

    /** Sees each iteration and its loss. */
    @FunctionalInterface
    public interface Listener {
        /** After an iteration, counted from 0. */
        void iteration(int iteration, double loss);
    }

    /**
     * Distils one batch. The same seed gives the same images.
     *
     * @param iterations at most; {@link DistillationRecipe#iterations} as published
     * @throws GraphException if the network has no batch normalization, or an operator before one has no gradient
     */
    public FloatBatch images(int count, long seed, int iterations, Listener listener) {
        Map<String, NormalizationLoss> losses = losses(count);
        String input = graph.inputs().getFirst();
        int[] shape = graph.shape(input);
        NormalizationLoss ofInput = NormalizationLoss.standard(shape.length > 1 ? shape[1] : 1, 1.0 / count);
        float[] values = noise(count * ElementMap.elements(shape), seed);
        float[] seen = new float[values.length];
        float[] inputGradient = new float[values.length];
        Adam adam = new Adam(values.length, recipe.rate(), recipe.leastRate());
        int threads = Runtime.getRuntime().availableProcessors();
        try (GraphGradient network = GraphGradient.of(graph, losses.keySet(), count, threads)) {
            Map<String, float[]> seeds = new HashMap<>();
            losses.keySet().forEach(name -> seeds.put(name, new float[network.value(name).length]));
            for (int iteration = 0; iteration < iterations; iteration++) {
                clampInto(values, seen);
                network.forward(seen);
                double loss = ofInput.of(seen, count, inputGradient);
                for (Map.Entry<String, NormalizationLoss> entry : losses.entrySet()) {
                    String name = entry.getKey();
                    loss += entry.getValue().of(network.value(name), count, require(seeds, name));
                }
                listener.iteration(iteration, loss);
                if (loss <= recipe.enough() * (losses.size() + 1)) {
                    break;
                }
                float[] gradient = network.backward(seeds);
                for (int i = 0; i < gradient.length; i++) {
                    gradient[i] = seen[i] == values[i] ? gradient[i] + inputGradient[i] : 0;
                }
                adam.step(values, gradient, loss);
            }
        }
        clampInto(values, seen);
        return FloatBatch.of(count, shape, seen);
    }

    private static float[] require(Map<String, float[]> seeds, String name) {
        float[] seed = seeds.get(name);
        if (seed == null) {
            throw new IllegalStateException(name);
        }
        return seed;
    }

    private Map<String, NormalizationLoss> losses(int count) {
        Map<String, NormalizationLoss> losses = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.BatchNormalization normalization) {
                double divisor =
                        recipe.averagesChannels() ? normalization.mean().elements() : count;
                losses.put(node.input(), NormalizationLoss.of(normalization, 1 / divisor));
            }
        }
        if (losses.isEmpty()) {
            throw new GraphException(
                    graph.name() + ": has no batch normalization to distil images from; export it without"
                            + " folding them, or use other statistics");
        }
        return losses;
    }

    private float[] noise(int size, long seed) {
        Random random = new Random(seed);
        float[] noise = new float[size];
        for (int i = 0; i < size; i++) {
            noise[i] = (float) recipe.noise(random.nextInt(255));
        }
        return noise;
    }

    private void clampInto(float[] values, float[] clamped) {
        for (int i = 0; i < values.length; i++) {
            clamped[i] = recipe.clamps() ? (float) Math.clamp(values[i], low, high) : values[i];
        }
    }
}
