package dev.octavo.benchmarks.rivals;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.tools.export.Int8Export;
import dev.octavo.tools.export.Int8Tensors;
import dev.octavo.tools.export.QdqExport;
import dev.octavo.tools.export.QdqNotation;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Octavo's answer beside ONNX Runtime's for the same int8 network in QDQ form, at every quantized tensor. Both round once,
 * but at values that differ in the last bits of a float: codes may differ by 1 near a tie.
 *
 * @param isolated with every operation reading Octavo's codes, in the order in which tensors are computed
 * @param chained with ONNX Runtime computing the whole network, so that differences of one operation reach the next
 * @param logitDifference the largest difference of two logits of the whole network, over the largest logit
 */
public record Agreement(List<TensorAgreement> isolated, List<TensorAgreement> chained, double logitDifference) {
    /**
     * How close the codes of one tensor are.
     *
     * @param name of the operation that computes it
     * @param equal share of equal codes
     * @param largest greatest difference of two codes
     */
    public record TensorAgreement(String name, double equal, int largest) {}

    /** Copies the lists. */
    public Agreement {
        isolated = List.copyOf(isolated);
        chained = List.copyOf(chained);
    }

    /** Share of equal codes over all tensors, each tensor counting the same. */
    public static double equal(List<TensorAgreement> tensors) {
        return tensors.stream().mapToDouble(TensorAgreement::equal).average().orElse(1);
    }

    /**
     * Runs a model of one float output both ways, with ONNX Runtime's optimisations on.
     *
     * @param image the float input of the original network at batch 1
     * @throws RivalException if ONNX Runtime is missing or refuses the model
     */
    public static Agreement of(ModelDefinition definition, SessionOptions options, float[] image) {
        List<Integer> computed = definition.operations().stream()
                .map(OperationDefinition::output)
                .filter(t -> definition.tensors().get(t).type().quantized())
                .toList();
        int[] shape = definition.tensors().get(definition.inputs().getFirst()).shape();
        List<Integer> wanted = new ArrayList<>(computed);
        wanted.addAll(definition.outputs());
        ModelDefinition observed = definition.withOutputs(wanted);
        try (Model model = Model.of(observed);
                Session session = model.newSession(options)) {
            List<Tensor> ours = session.run(List.of(Tensor.of(image, shape)));
            Observation observation = new Observation(definition, computed, ours, image, shape);
            List<TensorAgreement> isolated = new ArrayList<>();
            List<TensorAgreement> chained = new ArrayList<>();
            compare(observation, true, isolated);
            double logits = compare(observation, false, chained);
            return new Agreement(isolated, chained, logits);
        }
    }

    /** What Octavo computed: the tensors {@code computed}, then the logits. */
    private record Observation(
            ModelDefinition definition, List<Integer> computed, List<Tensor> ours, float[] image, int[] shape) {}

    private static double compare(Observation o, boolean isolated, List<TensorAgreement> agreements) {
        byte[] graph = Int8Export.exact(o.definition(), isolated).toByteArray();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try (OrtSession.SessionOptions settings = OnnxRuntime.options(OnnxRuntime.Settings.ofThreads(1), 1);
                OrtSession session = environment.createSession(graph, settings)) {
            inputs.put(
                    QdqExport.image(o.definition()),
                    OnnxTensor.createTensor(environment, FloatBuffer.wrap(o.image()), OnnxRuntime.extents(o.shape())));
            for (int i = 0; isolated && i < o.computed().size(); i++) {
                inputs.put(QdqNotation.given(o.computed().get(i)), stored(environment, o, i));
            }
            try (OrtSession.Result theirs = session.run(inputs)) {
                for (int i = 0; i < o.computed().size(); i++) {
                    int tensor = o.computed().get(i);
                    OnnxTensor codes =
                            (OnnxTensor) theirs.get(Int8Tensors.codes(tensor)).orElseThrow();
                    agreements.add(agreement(
                            operation(o.definition(), tensor),
                            offset(o, i),
                            o.ours().get(i),
                            codes));
                }
                FloatBuffer logits = ((OnnxTensor) theirs.get(o.computed().size())).getFloatBuffer();
                return difference(o.ours().getLast(), logits);
            }
        } catch (OrtException e) {
            throw new RivalException("ONNX Runtime does not run the QDQ form: " + e.getMessage(), e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static int offset(Observation o, int i) {
        return o.ours().get(i).type() == ElementType.INT8 ? 128 : 0;
    }

    /** Octavo's codes as the graph stores them. */
    private static OnnxTensor stored(OrtEnvironment environment, Observation o, int i) throws OrtException {
        Tensor ours = o.ours().get(i);
        ByteBuffer codes = ByteBuffer.allocateDirect(Math.toIntExact(ours.elements()));
        for (int at = 0; at < codes.capacity(); at++) {
            codes.put(at, (byte) (Math.round(ours.get(at)) + offset(o, i)));
        }
        return OnnxTensor.createTensor(environment, codes, OnnxRuntime.extents(ours.shape()), OnnxJavaType.UINT8);
    }

    private static String operation(ModelDefinition definition, int tensor) {
        return definition.operations().stream()
                .filter(o -> o.output() == tensor)
                .map(OperationDefinition::name)
                .findFirst()
                .orElseThrow();
    }

    private static TensorAgreement agreement(String name, int offset, Tensor ours, OnnxTensor other) {
        ByteBuffer theirs = other.getByteBuffer();
        int largest = 0;
        int equal = 0;
        int count = Math.toIntExact(ours.elements());
        if (theirs.remaining() != count) {
            throw new IllegalStateException(
                    name + " has " + count + " codes here and " + theirs.remaining() + " there");
        }
        for (int i = 0; i < count; i++) {
            int difference = Math.abs(Math.round(ours.get(i)) + offset - Byte.toUnsignedInt(theirs.get(i)));
            largest = Math.max(largest, difference);
            equal += difference == 0 ? 1 : 0;
        }
        return new TensorAgreement(name, (double) equal / count, largest);
    }

    private static double difference(Tensor ours, FloatBuffer theirs) {
        double difference = 0;
        double magnitude = 0;
        for (int i = 0; i < ours.elements(); i++) {
            difference = Math.max(difference, Math.abs(ours.get(i) - theirs.get(i)));
            magnitude = Math.max(magnitude, Math.abs(ours.get(i)));
        }
        return difference / magnitude;
    }
}
