package dev.octavo.server.http;

import dev.octavo.server.grpc.GrpcApi;
import dev.octavo.server.inference.Inference;
import dev.octavo.server.observe.AccessLog;
import dev.octavo.server.observe.Metrics;
import dev.octavo.server.options.ServerOptions;
import dev.octavo.server.options.ServerOptions.Limits;
import dev.octavo.server.options.ServerOptions.Security;
import dev.octavo.server.repository.ModelRepository;
import dev.octavo.serving.ComputePool;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Listens on the ports of a server; each event loop has a front of its own. */
public final class HttpService implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HttpService.class.getName());
    private static final int WINDOW = 1 << 20;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final ServerOptions options;
    private final Vertx vertx;
    private final BearerTokens tokens;
    private final BodyBudget budget;
    private final Preparation preparation;
    private final AtomicInteger active = new AtomicInteger();
    private final List<HttpFront> fronts = new CopyOnWriteArrayList<>();
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
    private final int port;
    private final int grpcPort;
    private final @Nullable Thread reloader;
    private volatile boolean closed;

    /** What the fronts of a server share. */
    public record Shared(
            ModelRepository repository,
            ComputePool pool,
            Metrics metrics,
            AccessLog log,
            AtomicInteger connections,
            BooleanSupplier ready,
            String tier) {}

    /**
     * Starts to listen.
     *
     * @throws IOException if a port cannot be had, or a file of tokens, certificate or key not be read
     */
    public HttpService(ServerOptions options, Shared shared) throws IOException {
        this.options = options;
        this.tokens = new BearerTokens(options.security().tokens());
        Limits limits = options.limits();
        this.budget = new BodyBudget(limits.bodyMemory());
        int cores = Runtime.getRuntime().availableProcessors();
        this.preparation = new Preparation(cores);
        int loops = Math.max(1, cores / 2);
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(2)
                .setUseDaemonThread(true)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        try {
            ServerSSLOptions ssl = ssl(options.security());
            this.port = listen(shared, options.listen().port(), loops, ssl);
            this.grpcPort = options.listen().grpcPort() < 0
                    ? -1
                    : listen(shared, options.listen().grpcPort(), loops, ssl);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        boolean files = options.security().tokens().isPresent()
                || options.security().certificate().isPresent();
        this.reloader = files ? Thread.ofVirtual().name("octavo-reload").start(this::reload) : null;
    }

    /** Returns the port of HTTP. */
    public int port() {
        return port;
    }

    /** Returns the further port of gRPC; −1 if there is none. */
    public int grpcPort() {
        return grpcPort;
    }

    private int listen(Shared shared, int wanted, int loops, @Nullable ServerSSLOptions ssl) throws IOException {
        int[] actual = new int[1];
        // A negative port is any free one, and the same for all of a deployment's instances.
        int bound = wanted == 0 ? -1 - servers.size() : wanted;
        Future<String> deployed = vertx.deployVerticle(
                () -> new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        HttpServer server = server(vertx, shared, ssl);
                        return server.listen(bound, options.listen().host()).onSuccess(listening -> {
                            actual[0] = listening.actualPort();
                            servers.add(listening);
                        });
                    }
                },
                new DeploymentOptions().setInstances(loops));
        try {
            String _ = deployed.await(30, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no answer from " + options.listen().host() + ":" + wanted, e);
        } catch (Exception e) {
            // The library throws what the socket did, checked or not.
            throw cannotListen(wanted, e);
        }
        return actual[0];
    }

    private IOException cannotListen(int wanted, Exception e) {
        return new IOException(
                "cannot listen on " + options.listen().host() + ":" + wanted + ": " + e.getMessage()
                        + "; choose another with --port, --grpc-port or --host",
                e);
    }

    private HttpServer server(Vertx owner, Shared shared, @Nullable ServerSSLOptions ssl) {
        Limits limits = options.limits();
        HttpServerOptions http = new HttpServerOptions()
                .setMaxHeaderSize(limits.headerBytes())
                .setMaxInitialLineLength(limits.headerBytes())
                .setMaxChunkSize(64 << 10)
                .setHandle100ContinueAutomatically(false)
                .setDecompressionSupported(false)
                .setCompressionSupported(false)
                .setTcpNoDelay(true)
                .setAcceptBacklog(1024)
                .setIdleTimeout(
                        (int) Math.min(Integer.MAX_VALUE, 2 * limits.headTime().toMillis()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setHttp2ConnectionWindowSize(4 * WINDOW)
                .setInitialSettings(new Http2Settings()
                        .setInitialWindowSize(WINDOW)
                        .setMaxConcurrentStreams(256)
                        .setMaxHeaderListSize(limits.headerBytes()));
        if (ssl != null) {
            http.setSsl(true)
                    .setUseAlpn(true)
                    .setKeyCertOptions(ssl.getKeyCertOptions())
                    .setSslHandshakeTimeout(limits.headTime().toMillis())
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        }
        HttpFront front = front(owner, shared);
        fronts.add(front);
        return owner.createHttpServer(http)
                .connectionHandler(front.connections()::opened)
                .exceptionHandler(e -> LOG.log(System.Logger.Level.DEBUG, "a connection failed", e))
                .requestHandler(front::handle);
    }

    private HttpFront front(Vertx owner, Shared shared) {
        Limits limits = options.limits();
        Inference inference = new Inference(shared.repository(), limits.rows(), limits.pixels());
        RestApi rest = new RestApi(
                owner,
                shared.repository(),
                inference,
                limits,
                budget,
                preparation,
                shared.metrics(),
                shared.pool(),
                options.control(),
                shared.ready(),
                shared.tier());
        GrpcApi grpc = new GrpcApi(
                owner,
                shared.repository(),
                inference,
                shared.metrics(),
                Descriptions.EXTENSIONS,
                limits.bodyBytes(),
                options.control(),
                shared.ready(),
                preparation::run);
        ConnectionWatch watch =
                new ConnectionWatch(owner, limits.headTime(), limits.connections(), shared.connections());
        return new HttpFront(
                owner, tokens, shared.log(), shared.metrics(), rest, grpc, watch, active, limits.writeTime());
    }

    private static @Nullable ServerSSLOptions ssl(Security security) throws IOException {
        if (security.certificate().isEmpty() || security.key().isEmpty()) {
            return null;
        }
        return new ServerSSLOptions()
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(
                                Files.readAllBytes(security.certificate().get())))
                        .addKeyValue(
                                Buffer.buffer(Files.readAllBytes(security.key().get()))));
    }

    /** Reads tokens, certificate and key again when they change; what cannot be read leaves the old ones in use. */
    private void reload() {
        long tokensBefore = modified(options.security().tokens().orElse(null));
        long tlsBefore = tlsModified();
        while (!closed) {
            try {
                TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
                long tokensNow = modified(options.security().tokens().orElse(null));
                if (tokensNow != tokensBefore) {
                    tokensBefore = tokensNow;
                    tokens.reload();
                }
                long tlsNow = tlsModified();
                if (tlsNow != tlsBefore) {
                    tlsBefore = tlsNow;
                    ServerSSLOptions ssl = ssl(options.security());
                    if (ssl != null) {
                        servers.forEach(server -> server.updateSSLOptions(ssl)
                                .onFailure(e -> LOG.log(
                                        System.Logger.Level.WARNING,
                                        "the new certificate or key is not used: " + e.getMessage())));
                    }
                }
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "the old tokens, certificate and key stay: " + e.getMessage());
            }
        }
    }

    private long tlsModified() {
        return modified(options.security().certificate().orElse(null)) * 31
                + modified(options.security().key().orElse(null));
    }

    private static long modified(@Nullable Path file) {
        try {
            return file == null ? 0 : Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return -1;
        }
    }

    /**
     * Refuses what comes, and waits until all requests are answered.
     *
     * @return whether they were in time
     */
    public boolean drain(Duration limit) throws InterruptedException {
        fronts.forEach(HttpFront::drain);
        long end = System.nanoTime() + limit.toNanos();
        while (active.get() > 0) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return true;
    }

    /** Closes all connections. */
    @Override
    public void close() {
        closed = true;
        Thread reloading = reloader;
        if (reloading != null) {
            reloading.interrupt();
        }
        preparation.close();
        try {
            vertx.close().await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "closed in a hurry", e);
        }
    }
}
