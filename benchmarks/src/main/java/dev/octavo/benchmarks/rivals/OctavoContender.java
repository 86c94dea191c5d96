package dev.octavo.benchmarks.rivals;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Octavo itself, with input and output off the heap. */
public final class OctavoContender implements Contender {
    private final Model model;
    private final Session session;
    private final List<Tensor> inputs;
    private final List<Tensor> outputs;

    private OctavoContender(Model model, Session session, Tensor input, Tensor output) {
        this.model = model;
        this.session = session;
        this.inputs = List.of(input);
        this.outputs = List.of(output);
    }

    /**
     * Opens a model with one float output on the float image of the original network.
     *
     * @param shape of the input, batch first
     * @param image its elements
     */
    public static OctavoContender open(ModelDefinition definition, SessionOptions options, int[] shape, float[] image) {
        Tensor input = Tensor.allocate(ElementType.FLOAT32, shape);
        MemorySegment.copy(image, 0, input.segment(), ValueLayout.JAVA_FLOAT, 0, image.length);
        return open(definition, options, input);
    }

    /** Opens a model with one float output on any input that it takes, off the heap. */
    public static OctavoContender open(ModelDefinition definition, SessionOptions options, Tensor input) {
        Model model = Model.of(definition);
        Session session = model.newSession(options);
        Tensor output =
                Tensor.allocate(ElementType.FLOAT32, model.outputs().getFirst().shape(options.batch()));
        return new OctavoContender(model, session, input, output);
    }

    @Override
    public void run() {
        session.run(inputs, outputs);
    }

    @Override
    public float[] output() {
        return outputs.getFirst().toFloatArray();
    }

    @Override
    public void close() {
        session.close();
        model.close();
    }
}
