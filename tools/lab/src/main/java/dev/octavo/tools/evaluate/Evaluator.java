package dev.octavo.tools.evaluate;

import dev.octavo.tools.data.DataException;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.vision.Picture;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** Runs models over labelled pictures. Pictures are decoded ahead by other threads; the result does not depend on them. */
public final class Evaluator {
    private Evaluator() {}

    /** Sees every picture with what the models said of it, in order. */
    @FunctionalInterface
    public interface Observer {
        /** A picture has been classified. */
        void classified(int index, Picture picture, float[] logits, Optional<float[]> reference);
    }

    /** Evaluates a model by itself. */
    public static Evaluation evaluate(Classifier model, LabelledData data, IntConsumer progress) {
        return evaluate(model, Optional.empty(), data, (i, picture, logits, reference) -> progress.accept(i + 1));
    }

    /**
     * Evaluates a model against a reference, which sees the same pictures.
     *
     * @throws DataException if a picture cannot be read, or its label is not one of the model's classes
     */
    public static Evaluation evaluate(
            Classifier model, Optional<Classifier> reference, LabelledData data, Observer observer) {
        int threads = Runtime.getRuntime().availableProcessors();
        EvaluationCounter counter = new EvaluationCounter();
        ExecutorService decoders = Executors.newFixedThreadPool(
                threads,
                task -> Thread.ofPlatform().daemon().name("picture-decoder").unstarted(task));
        try {
            Queue<Future<Picture>> ahead = new ArrayDeque<>();
            int requested = 0;
            for (int i = 0; i < data.size(); i++) {
                while (requested < data.size() && ahead.size() < 2 * threads) {
                    int next = requested++;
                    ahead.add(decoders.submit(() -> data.picture(next)));
                }
                Picture picture = await(ahead.remove());
                int label = data.label(i);
                if (label >= model.classes()) {
                    throw new DataException(data.name(i) + ": label " + label + ", but the model knows only "
                            + model.classes() + " classes, from 0; is this the data set that it was trained on?");
                }
                float[] logits = model.logits(picture);
                Optional<float[]> expected = reference.map(other -> other.logits(picture));
                expected.ifPresentOrElse(
                        values -> counter.add(label, logits, values), () -> counter.add(label, logits));
                observer.classified(i, picture, logits, expected);
            }
        } finally {
            decoders.shutdownNow();
        }
        return counter.evaluation();
    }

    private static Picture await(Future<Picture> picture) {
        try {
            return picture.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while decoding pictures", e);
        }
    }
}
