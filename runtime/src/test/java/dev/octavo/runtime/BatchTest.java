package dev.octavo.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelLimits;
import dev.octavo.runtime.plan.BatchPlans;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BatchTest {
    private static final int BATCH = 3;

    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyImageGivesWhatItGivesAlone(long seed) {
        for (ModelDefinition definition : List.of(RandomModels.quantized(seed, 12), RandomModels.floating(seed, 12))) {
            try (Model model = Model.of(classifier(definition))) {
                Tensor images = RandomModels.input(model.inputs().getFirst(), BATCH, seed);
                for (KernelSet kernels : KernelSets.usable()) {
                    SessionOptions options = SessionOptions.defaults().withKernels(kernels);
                    assertThat(run(model, options.withBatch(BATCH).withThreads(2), images))
                            .as(kernels.name())
                            .isEqualTo(oneByOne(model, options, images));
                }
            }
        }
    }

    /** The network ends in a fully connected layer, whose weights are read once for all images. */
    @ParameterizedTest
    @MethodSource("seeds")
    void layersOfOnePixelTakeAllImages(long seed) {
        List<BatchPlans.Stage> stages = stages(classifier(RandomModels.quantized(seed, 12)));
        assertThat(stages).extracting(BatchPlans.Stage::parts).containsExactly(BATCH, 1);
        assertThat(stages.getFirst().plan().steps()).isNotEmpty();
    }

    /** One of its outputs is a feature map. */
    @Test
    void outputsFromTheMiddleComeImageByImage() {
        ModelDefinition both = RandomModels.quantized(1, 12);
        assertThat(stages(both)).extracting(BatchPlans.Stage::parts).containsExactly(BATCH);
        assertBatchIsImageByImage(both, 1);
    }

    static LongStream manySeeds() {
        return LongStream.range(0, 400);
    }

    @ParameterizedTest
    @MethodSource("manySeeds")
    void severalInputsAndOutputsGiveWhatEachImageGives(long seed) {
        assertBatchIsImageByImage(ManyInputModels.of(seed), seed);
    }

    private static void assertBatchIsImageByImage(ModelDefinition definition, long seed) {
        try (Model model = Model.of(definition)) {
            List<Tensor> images = new ArrayList<>();
            for (TensorSpec input : model.inputs()) {
                images.add(RandomModels.input(input, BATCH, seed + images.size()));
            }
            for (KernelSet kernels : KernelSets.usable()) {
                SessionOptions options = SessionOptions.defaults().withKernels(kernels);
                try (Session alone = model.newSession(options);
                        Session session = model.newSession(options.withBatch(BATCH))) {
                    List<Tensor> outputs = session.run(images);
                    for (int image = 0; image < BATCH; image++) {
                        int number = image;
                        List<Tensor> expected = alone.run(
                                images.stream().map(t -> part(t, number)).toList());
                        for (int i = 0; i < expected.size(); i++) {
                            TensorSpec spec = model.outputs().get(i);
                            assertThat(outputs.get(i).shape()).isEqualTo(spec.shape(BATCH));
                            boolean batched = spec.shape().contains(TensorSpec.ANY_BATCH);
                            assertThat(bytes(batched ? part(outputs.get(i), image) : outputs.get(i)))
                                    .as("output %d of image %d, %s kernels", i, image, kernels.name())
                                    .isEqualTo(bytes(expected.get(i)));
                        }
                    }
                }
            }
        }
    }

    private static List<BatchPlans.Stage> stages(ModelDefinition definition) {
        try (Arena arena = Arena.ofConfined();
                BatchPlans plans = new BatchPlans(
                        "test",
                        definition,
                        ModelLimits.defaults(),
                        KernelSets.select(),
                        1,
                        new PackingCache(arena),
                        Arena::ofConfined)) {
            return plans.stages(BATCH);
        }
    }

    private static ModelDefinition classifier(ModelDefinition definition) {
        return definition.withOutputs(List.of(definition.outputs().getFirst()));
    }

    private static byte[] run(Model model, SessionOptions options, Tensor images) {
        try (Session session = model.newSession(options)) {
            session.run(images);
            return bytes(session.run(images));
        }
    }

    private static byte[] oneByOne(Model model, SessionOptions options, Tensor images) {
        List<byte[]> results = new ArrayList<>();
        try (Session session = model.newSession(options)) {
            for (int image = 0; image < BATCH; image++) {
                results.add(bytes(session.run(part(images, image))));
            }
        }
        byte[] joined = new byte[BATCH * results.getFirst().length];
        for (int image = 0; image < BATCH; image++) {
            byte[] result = results.get(image);
            System.arraycopy(result, 0, joined, image * result.length, result.length);
        }
        return joined;
    }

    private static Tensor part(Tensor images, int image) {
        int[] shape = images.shape();
        shape[0] /= BATCH;
        Tensor part = Tensor.allocate(images.type(), shape);
        long size = part.segment().byteSize();
        MemorySegment.copy(images.segment(), image * size, part.segment(), 0, size);
        return part;
    }

    private static byte[] bytes(Tensor tensor) {
        return tensor.segment().toArray(ValueLayout.JAVA_BYTE);
    }
}
