package dev.octavo.tools.cli;

import dev.octavo.server.OctavoServer;
import dev.octavo.server.options.ServerOptions;
import dev.octavo.server.options.ServerOptions.Limits;
import dev.octavo.server.options.ServerOptions.Listen;
import dev.octavo.server.options.ServerOptions.Security;
import dev.octavo.serving.PredictorOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code octavo serve}. */
@Command(
        name = "serve",
        showDefaultValues = true,
        description = "Serve models over HTTP and gRPC by the Open Inference Protocol, until SIGTERM.")
final class ServeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description =
                    "Models, .octavo or .onnx (which is converted), or folders of them and of NAME/VERSION/model.*.")
    private List<Path> paths;

    @Option(names = "--host", paramLabel = "HOST", description = "Address to listen on; 0.0.0.0 for all.")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "PORT", description = "Port of HTTP and gRPC; 0 for any free one.")
    private int port = 8000;

    @Option(names = "--grpc-port", paramLabel = "PORT", description = "Further port of gRPC; 0 for any, -1 for none.")
    private int grpcPort = 8001;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            description = "Longest time to finish accepted requests at the end.")
    private int drain = 30;

    @Option(names = "--watch", description = "Load models that come, go or change while the server runs.")
    private boolean watch;

    @Option(names = "--control", description = "Let clients load and unload models (POST /v2/repository/models/...).")
    private boolean control;

    @Option(names = "--cache", paramLabel = "DIR", description = "Folder for converted models (~/.cache/octavo).")
    private @Nullable Path cache;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute; 0 for as many as cores.")
    private int threads;

    @Option(names = "--queue", paramLabel = "N", description = "Pictures that may wait for a model.")
    private int queue = PredictorOptions.DEFAULT_QUEUE_ROWS;

    @Option(names = "--timeout", paramLabel = "MS", description = "Timeout of requests that name none; 0 for none.")
    private long timeout;

    @Option(names = "--max-batch", paramLabel = "N", description = "Most pictures of one run; 0 to measure what pays.")
    private int maxBatch;

    @Option(
            names = "--max-wait",
            paramLabel = "US",
            description = "Longest wait for a batch to fill, in microseconds; -1 to measure what pays.")
    private long maxWait = -1;

    @Option(names = "--max-body", paramLabel = "BYTES", description = "Largest body, also once it is decompressed.")
    private int maxBody = Limits.defaults().bodyBytes();

    @Option(names = "--max-header", paramLabel = "BYTES", description = "Largest header of a request.")
    private int maxHeader = Limits.defaults().headerBytes();

    @Option(names = "--max-pixels", paramLabel = "N", description = "Most pixels of a picture.")
    private long maxPixels = Limits.defaults().pixels();

    @Option(names = "--max-pictures", paramLabel = "N", description = "Most pictures of a request.")
    private int maxPictures = Limits.defaults().rows();

    @Option(names = "--max-connections", paramLabel = "N", description = "Most open connections.")
    private int maxConnections = Limits.defaults().connections();

    @Option(
            names = "--max-memory",
            paramLabel = "BYTES",
            description = "Bytes of all bodies in the server together; 0 for a quarter of the heap.")
    private long maxMemory;

    @Option(names = "--head-time", paramLabel = "SECONDS", description = "Time for the head of a request to come.")
    private int headTime = 60;

    @Option(names = "--body-time", paramLabel = "SECONDS", description = "Time for a body to come.")
    private int bodyTime = 30;

    @Option(names = "--write-time", paramLabel = "SECONDS", description = "Time for a client to take its answer.")
    private int writeTime = 30;

    @Option(
            names = "--tokens",
            paramLabel = "FILE",
            description = "Bearer tokens, one a line, of which clients need one.")
    private @Nullable Path tokens;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "Certificate chain, PEM; read again when it changes.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, PEM (PKCS#8).")
    private @Nullable Path key;

    @Option(names = "--access-log", paramLabel = "FILE", description = "File for one JSON object per request.")
    private @Nullable Path accessLog;

    @Option(names = "--trace", paramLabel = "FILE", description = "File of runs and requests, for Perfetto.")
    private @Nullable Path trace;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        CountDownLatch end = new CountDownLatch(1);
        Signals.onEnd(end::countDown);
        try (OctavoServer server = OctavoServer.start(options())) {
            server.repository()
                    .all()
                    .forEach(model -> out.println("serving " + model.name() + ", version " + model.version() + ": "
                            + model.predictor().rowTime().toNanos() / 1000 + " us a picture, batches of up to "
                            + model.predictor().maxBatch()));
            String scheme = certificate == null ? "http" : "https";
            out.println("ready at " + scheme + "://" + host + ":" + server.port()
                    + (server.grpcPort() < 0 ? "" : ", gRPC also at port " + server.grpcPort()));
            out.flush();
            end.await();
            if (!server.stop(Duration.ofSeconds(drain))) {
                spec.commandLine()
                        .getErr()
                        .println("octavo: not everything that was accepted was answered within " + drain + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private ServerOptions options() {
        try {
            Limits usual = Limits.defaults();
            PredictorOptions predictor = PredictorOptions.defaults()
                    .withQueueRows(queue)
                    .withTimeout(Duration.ofMillis(timeout))
                    .withMaxBatch(maxBatch);
            if (maxWait >= 0) {
                predictor = predictor.withMaxWait(Duration.ofNanos(maxWait * 1000));
            }
            ServerOptions options = ServerOptions.of(paths)
                    .withWatch(watch)
                    .withControl(control)
                    .withThreads(threads)
                    .withPredictor(predictor)
                    .withListen(new Listen(host, port, grpcPort))
                    .withLimits(new Limits(
                            maxBody,
                            maxMemory == 0 ? usual.bodyMemory() : maxMemory,
                            maxHeader,
                            maxPixels,
                            maxPictures,
                            maxConnections,
                            Duration.ofSeconds(headTime),
                            Duration.ofSeconds(bodyTime),
                            Duration.ofSeconds(writeTime)))
                    .withSecurity(new Security(
                            Optional.ofNullable(tokens), Optional.ofNullable(certificate), Optional.ofNullable(key)));
            if (cache != null) {
                options = options.withCache(cache);
            }
            if (accessLog != null) {
                options = options.withAccessLog(accessLog);
            }
            return trace == null ? options : options.withTrace(trace);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
