package dev.octavo.server.http;

import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.TensorSpec;
import dev.octavo.server.inference.PictureAnswers;
import dev.octavo.server.protocol.DataType;
import dev.octavo.server.protocol.Json;
import dev.octavo.server.repository.ModelStatus;
import dev.octavo.server.repository.PictureInputs;
import dev.octavo.server.repository.ServedModel;
import dev.octavo.serving.PredictorStatistics;
import dev.octavo.serving.PredictorStatistics.BatchStatistics;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** What the server says of itself and its models, as JSON. */
final class Descriptions {
    /** Extensions of the protocol that the server has. */
    static final List<String> EXTENSIONS =
            List.of("binary_tensor_data", "classification", "statistics", "model_repository");

    static final String PLATFORM = "octavo";

    private Descriptions() {}

    static byte[] server(String version) {
        return Json.object(json -> {
            json.writeStringProperty("name", "octavo");
            json.writeStringProperty("version", version);
            json.writeArrayPropertyStart("extensions");
            EXTENSIONS.forEach(json::writeString);
            json.writeEndArray();
        });
    }

    static byte[] model(ServedModel model) {
        return Json.object(json -> {
            json.writeStringProperty("name", model.name());
            json.writeArrayPropertyStart("versions");
            json.writeString(model.version());
            json.writeEndArray();
            json.writeStringProperty("platform", PLATFORM);
            tensors(json, "inputs", model.model().inputs());
            tensors(json, "outputs", model.model().outputs());
        });
    }

    private static void tensors(JsonGenerator json, String key, List<TensorSpec> specs) {
        json.writeArrayPropertyStart(key);
        for (TensorSpec spec : specs) {
            json.writeStartObject();
            json.writeStringProperty("name", spec.name());
            json.writeStringProperty("datatype", DataType.of(spec.type()).name());
            json.writeArrayPropertyStart("shape");
            spec.shape().forEach(json::writeNumber);
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** What the page shows of a model. */
    static byte[] card(ServedModel model, String tier, int threads) {
        return Json.object(json -> {
            json.writeStringProperty("name", model.name());
            json.writeStringProperty("version", model.version());
            json.writeStringProperty("network", model.model().name());
            tensors(json, "inputs", model.model().inputs());
            tensors(json, "outputs", model.model().outputs());
            json.writeNumberProperty("classes", model.labels().size());
            json.writeStringProperty("task", PictureAnswers.task(model.model()));
            json.writeBooleanProperty("takes_pictures", model.pictures().isPresent());
            if (model.pictures().isPresent()) {
                PictureInputs pictures = model.pictures().get();
                json.writeNumberProperty("width", pictures.input().width());
                json.writeNumberProperty("height", pictures.input().height());
            }
            json.writeObjectPropertyStart("settings");
            model.model().settings().forEach(json::writeStringProperty);
            json.writeEndObject();
            json.writeStringProperty("tier", tier);
            json.writeStringProperty("tier_reason", tierReason(tier));
            json.writeNumberProperty("threads", threads);
            json.writeNumberProperty("max_batch_size", model.predictor().maxBatch());
            json.writeNumberProperty("picture_us", model.predictor().rowTime().toNanos() / 1000);
            json.writeStringProperty("loaded", model.loaded().toString());
        });
    }

    private static String tierReason(String tier) {
        String forced = System.getProperty(KernelSets.PROPERTY);
        if (forced != null) {
            return "-D" + KernelSets.PROPERTY + "=" + forced + " asks for them";
        }
        return switch (tier) {
            case "machine" -> "this CPU and system can run emitted code, the quickest there is";
            case "vector" -> "emitted code cannot be used here; the log of the server says why";
            default -> "neither emitted code nor the Vector API can be used here; the log of the server says why";
        };
    }

    static byte[] index(List<ModelStatus> index) {
        byte[] object = Json.object(json -> {
            json.writeArrayPropertyStart("index");
            for (ModelStatus status : index) {
                json.writeStartObject();
                json.writeStringProperty("name", status.name());
                if (!status.version().isEmpty()) {
                    json.writeStringProperty("version", status.version());
                }
                json.writeStringProperty("state", status.ready() ? "READY" : "UNAVAILABLE");
                json.writeStringProperty("reason", status.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
        // The protocol wants the bare array.
        int from = "{\"index\":".length();
        byte[] array = new byte[object.length - from - 1];
        System.arraycopy(object, from, array, 0, array.length);
        return array;
    }

    static byte[] statistics(List<ServedModel> models) {
        return Json.object(json -> {
            json.writeArrayPropertyStart("model_stats");
            models.forEach(model -> statistics(json, model));
            json.writeEndArray();
        });
    }

    private static void statistics(JsonGenerator json, ServedModel model) {
        PredictorStatistics all = model.predictor().statistics();
        long runs = all.batches().stream().mapToLong(BatchStatistics::runs).sum();
        json.writeStartObject();
        json.writeStringProperty("name", model.name());
        json.writeStringProperty("version", model.version());
        json.writeNumberProperty("inference_count", all.rows());
        json.writeNumberProperty("execution_count", runs);
        json.writeObjectPropertyStart("inference_stats");
        duration(json, "success", all.succeeded(), all.queueNanos() + all.computeNanos());
        duration(json, "fail", all.failed() + all.expired() + all.refused(), 0);
        duration(json, "queue", all.succeeded(), all.queueNanos());
        duration(json, "compute_input", all.succeeded(), 0);
        duration(json, "compute_infer", all.succeeded(), all.computeNanos());
        duration(json, "compute_output", all.succeeded(), 0);
        json.writeEndObject();
        json.writeArrayPropertyStart("batch_stats");
        for (BatchStatistics batch : all.batches()) {
            json.writeStartObject();
            json.writeNumberProperty("batch_size", batch.rows());
            duration(json, "compute_input", batch.runs(), 0);
            duration(json, "compute_infer", batch.runs(), batch.computeNanos());
            duration(json, "compute_output", batch.runs(), 0);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeObjectPropertyStart("octavo");
        json.writeNumberProperty("waiting", all.waitingRows());
        json.writeNumberProperty("running", all.runningRows());
        json.writeNumberProperty("refused", all.refused());
        json.writeNumberProperty("expired", all.expired());
        json.writeNumberProperty("cancelled", all.cancelled());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void duration(JsonGenerator json, String key, long count, long nanos) {
        json.writeObjectPropertyStart(key);
        json.writeNumberProperty("count", count);
        json.writeNumberProperty("ns", nanos);
        json.writeEndObject();
    }
}
