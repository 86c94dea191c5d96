package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.report.Report;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.OperationProfile;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What every kernel of a model takes within a run of the whole model. */
final class LayerProfile {
    private static final int WARM_UP = 10;
    private static final int RUNS = 30;
    /** Large networks run less often, and their layers are longer. */
    private static final double SECONDS = 0.5;

    private static final int LEAST_RUNS = 3;

    private final ModelDefinition definition;
    private final int[] shape;
    private final float[] image;

    LayerProfile(ModelDefinition definition, int[] shape, float[] image) {
        this.definition = definition;
        this.shape = shape.clone();
        this.image = image.clone();
    }

    List<Report.Layer> measure() {
        try (Model model = Model.of(definition);
                Session session = model.newSession(SessionOptions.defaults().withProfiling(true))) {
            Tensor input = Tensor.of(image, shape);
            run(session, input, WARM_UP);
            Map<String, OperationProfile> before = byName(session);
            run(session, input, RUNS);
            Map<String, Long> bytes = bytes();
            List<Report.Layer> layers = new ArrayList<>();
            byName(session).forEach((name, after) -> {
                OperationProfile start = before.get(name);
                long nanoseconds = after.nanoseconds() - (start == null ? 0 : start.nanoseconds());
                long runs = after.runs() - (start == null ? 0 : start.runs());
                layers.add(new Report.Layer(
                        after.name(),
                        after.kernel(),
                        after.macs(),
                        bytes.getOrDefault(after.name(), 0L),
                        nanoseconds * 1e-3 / runs));
            });
            return layers;
        }
    }

    private static void run(Session session, Tensor input, int most) {
        long start = System.nanoTime();
        for (int run = 0; run < most; run++) {
            if (run >= LEAST_RUNS && (System.nanoTime() - start) * 1e-9 > SECONDS) {
                return;
            }
            session.run(input);
        }
    }

    private static Map<String, OperationProfile> byName(Session session) {
        Map<String, OperationProfile> profiles = new LinkedHashMap<>();
        for (OperationProfile profile : session.profile()) {
            profiles.put(profile.name() + "/" + profile.kernel(), profile);
        }
        return profiles;
    }

    /** Least traffic of each operation at batch 1: what it reads and writes once. */
    private Map<String, Long> bytes() {
        Map<String, Long> all = new HashMap<>();
        for (OperationDefinition operation : definition.operations()) {
            long bytes = bytes(operation.output());
            for (int input : operation.inputs()) {
                bytes += bytes(input);
            }
            if (operation.operation() instanceof Operation.Convolution c) {
                bytes += c.weights().byteSize();
            }
            all.put(operation.name(), bytes);
        }
        return all;
    }

    private long bytes(int index) {
        TensorDefinition tensor = definition.tensors().get(index);
        long bytes = tensor.type().bytes();
        for (int extent : tensor.shape()) {
            bytes *= extent;
        }
        return bytes;
    }
}
