package dev.octavo.server.observe;

import dev.octavo.server.repository.ServedModel;
import dev.octavo.serving.PredictorListener;
import dev.octavo.serving.RefusedException;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Counts and times in Prometheus's text format. */
public final class Metrics {
    /** The content type of {@link #text}. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter requests = Counter.builder()
            .name("octavo_requests_total")
            .help("Inference requests by model, version and outcome.")
            .labelNames("model", "version", "outcome")
            .register(registry);
    private final Counter rows = Counter.builder()
            .name("octavo_pictures_total")
            .help("Pictures of successful requests.")
            .labelNames("model", "version")
            .register(registry);
    private final Histogram queue =
            times("octavo_queue_seconds", "Time that successful requests waited for their first run.");
    private final Histogram compute = times("octavo_compute_seconds", "Time of the runs of successful requests.");
    private final Histogram batch = Histogram.builder()
            .name("octavo_batch_pictures")
            .help("Pictures per run.")
            .classicOnly()
            .classicUpperBounds(1, 2, 4, 8, 16, 32, 64)
            .labelNames("model", "version")
            .register(registry);
    private final Counter http = Counter.builder()
            .name("octavo_http_requests_total")
            .help("HTTP requests by status; 499 if the client went first.")
            .labelNames("status")
            .register(registry);
    private final Histogram httpTime = Histogram.builder()
            .name("octavo_http_request_seconds")
            .help("Time from the head of a request to the end of its answer.")
            .classicOnly()
            .classicUpperBounds(TIMES)
            .register(registry);
    private final Counter grpc = Counter.builder()
            .name("octavo_grpc_requests_total")
            .help("gRPC requests by status.")
            .labelNames("status")
            .register(registry);
    private final Counter received = Counter.builder()
            .name("octavo_received_bytes_total")
            .help("Bytes of request bodies.")
            .register(registry);
    private final Counter sent = Counter.builder()
            .name("octavo_sent_bytes_total")
            .help("Bytes of answers.")
            .register(registry);
    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();

    private static final double[] TIMES = {
        0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 4, 8
    };

    /**
     * Creates metrics.
     *
     * @param models that serve now
     * @param threads that compute
     * @param tier that computes
     * @param connections that are open now
     */
    public Metrics(Supplier<List<ServedModel>> models, int threads, String tier, LongSupplier connections) {
        JvmMetrics.builder().register(registry);
        Info.builder()
                .name("octavo_info")
                .help("The kernels that compute.")
                .labelNames("tier")
                .register(registry)
                .addLabelValues(tier);
        GaugeWithCallback.builder()
                .name("octavo_waiting_pictures")
                .help("Pictures that wait.")
                .labelNames("model", "version")
                .callback(callback -> models.get()
                        .forEach(model -> callback.call(
                                model.predictor().statistics().waitingRows(), model.name(), model.version())))
                .register(registry);
        GaugeWithCallback.builder()
                .name("octavo_compute_threads")
                .help("Threads that compute, each with sessions of its own for every model.")
                .callback(callback -> callback.call(threads))
                .register(registry);
        GaugeWithCallback.builder()
                .name("octavo_connections")
                .help("Open connections.")
                .callback(callback -> callback.call((double) connections.getAsLong()))
                .register(registry);
    }

    private Histogram times(String name, String help) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(TIMES)
                .labelNames("model", "version")
                .register(registry);
    }

    /** Counts an HTTP request. */
    public void http(int status, long receivedBytes, long sentBytes, long nanos) {
        http.labelValues(Integer.toString(status)).inc();
        httpTime.observe(nanos / 1e9);
        received.inc(receivedBytes);
        sent.inc(sentBytes);
    }

    /** Counts a gRPC request. */
    public void grpc(String status) {
        grpc.labelValues(status).inc();
    }

    /** Returns a listener that counts what a model does. */
    public PredictorListener of(String model, String version) {
        Map<PredictorListener.Outcome, CounterDataPoint> outcomes = new EnumMap<>(PredictorListener.Outcome.class);
        for (PredictorListener.Outcome outcome : PredictorListener.Outcome.values()) {
            outcomes.put(
                    outcome, requests.labelValues(model, version, outcome.name().toLowerCase(Locale.ROOT)));
        }
        Map<RefusedException.Reason, CounterDataPoint> refusals = new EnumMap<>(RefusedException.Reason.class);
        for (RefusedException.Reason reason : RefusedException.Reason.values()) {
            refusals.put(
                    reason, requests.labelValues(model, version, reason.name().toLowerCase(Locale.ROOT)));
        }
        CounterDataPoint pictures = rows.labelValues(model, version);
        DistributionDataPoint queued = queue.labelValues(model, version);
        DistributionDataPoint computed = compute.labelValues(model, version);
        DistributionDataPoint batches = batch.labelValues(model, version);
        return new PredictorListener() {
            @Override
            public void refused(RefusedException.Reason reason) {
                Objects.requireNonNull(refusals.get(reason)).inc();
            }

            @Override
            public void ran(int count, long startNanos, long nanos) {
                batches.observe(count);
            }

            @Override
            public void ended(Outcome outcome, int count, long submitNanos, long queueNanos, long computeNanos) {
                Objects.requireNonNull(outcomes.get(outcome)).inc();
                if (outcome == Outcome.SUCCEEDED) {
                    pictures.inc(count);
                    queued.observe(queueNanos / 1e9);
                    computed.observe(computeNanos / 1e9);
                }
            }
        };
    }

    /** Returns everything as text. */
    public byte[] text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 << 10);
        try {
            writer.write(out, registry.scrape());
        } catch (IOException e) {
            throw new IllegalStateException("memory takes every byte", e);
        }
        return out.toByteArray();
    }
}
