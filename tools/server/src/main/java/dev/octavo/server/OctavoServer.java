package dev.octavo.server;

import dev.octavo.server.http.HttpService;
import dev.octavo.server.http.HttpService.Shared;
import dev.octavo.server.observe.AccessLog;
import dev.octavo.server.observe.Metrics;
import dev.octavo.server.observe.TraceFile;
import dev.octavo.server.options.ServerOptions;
import dev.octavo.server.repository.ModelRepository;
import dev.octavo.server.repository.RepositoryException;
import dev.octavo.serving.ComputePool;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A server of models:
 *
 * <pre>{@code
 * try (OctavoServer server = OctavoServer.start(ServerOptions.of(List.of(Path.of("models"))))) {
 *     System.out.println("http://127.0.0.1:" + server.port());
 *     ...
 * }
 * }</pre>
 *
 * <p>It answers health checks while it loads, and is ready once all models are loaded and warm.
 */
public final class OctavoServer implements AutoCloseable {
    private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);

    private final ModelRepository repository;
    private final HttpService http;
    private final AtomicBoolean ready;
    private final Deque<AutoCloseable> resources;

    private OctavoServer(
            ModelRepository repository, HttpService http, AtomicBoolean ready, Deque<AutoCloseable> resources) {
        this.repository = repository;
        this.http = http;
        this.ready = ready;
        this.resources = resources;
    }

    /**
     * Starts a server, and returns once it is ready.
     *
     * @throws IOException if a port cannot be had, or a file not be read or written
     * @throws RepositoryException if there is no model, or one cannot be loaded
     */
    public static OctavoServer start(ServerOptions options) throws IOException {
        Deque<AutoCloseable> resources = new ArrayDeque<>();
        try {
            AccessLog log = AccessLog.open(options.accessLog());
            resources.push(log);
            TraceFile trace = TraceFile.open(options.trace());
            resources.push(trace);
            ComputePool pool = options.threads() == 0 ? ComputePool.ofCores() : ComputePool.of(options.threads());
            resources.push(pool);
            AtomicReference<ModelRepository> models = new AtomicReference<>();
            AtomicInteger connections = new AtomicInteger();
            String tier = options.predictor().session().kernels().name();
            Metrics metrics = new Metrics(
                    () -> {
                        ModelRepository all = models.get();
                        return all == null ? List.of() : all.all();
                    },
                    pool.threads(),
                    tier,
                    connections::get);
            ModelRepository repository = new ModelRepository(
                    options.models(),
                    options.cache(),
                    pool,
                    options.predictor(),
                    (name, version) -> trace.tracing(name, metrics.of(name, version)));
            models.set(repository);
            resources.push(repository);
            AtomicBoolean ready = new AtomicBoolean();
            HttpService http =
                    new HttpService(options, new Shared(repository, pool, metrics, log, connections, ready::get, tier));
            resources.push(http);
            repository.loadAll();
            if (options.watch()) {
                repository.watch();
            }
            ready.set(true);
            return new OctavoServer(repository, http, ready, resources);
        } catch (IOException | RuntimeException e) {
            closeAll(resources);
            throw e;
        }
    }

    /** Returns the port of HTTP, which also answers gRPC. */
    public int port() {
        return http.port();
    }

    /** Returns the further port of gRPC; −1 if there is none. */
    public int grpcPort() {
        return http.grpcPort();
    }

    /** Returns the models. */
    public ModelRepository repository() {
        return repository;
    }

    /**
     * Is not ready any more, refuses what comes, answers what it accepted, and ends.
     *
     * @param limit after which what is not answered is given up
     * @return whether everything was answered
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public boolean stop(Duration limit) throws InterruptedException {
        ready.set(false);
        long end = System.nanoTime() + limit.toNanos();
        boolean answered = http.drain(limit);
        boolean done = repository.drain(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        closeAll(resources);
        return answered && done;
    }

    /** Ends within half a minute; see {@link #stop}. */
    @Override
    public void close() {
        try {
            boolean _ = stop(DEFAULT_DRAIN);
        } catch (InterruptedException e) {
            closeAll(resources);
            Thread.currentThread().interrupt();
        }
    }

    private static void closeAll(Deque<AutoCloseable> resources) {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception e) {
                System.getLogger(OctavoServer.class.getName()).log(System.Logger.Level.DEBUG, "while closing", e);
            }
        }
    }
}
