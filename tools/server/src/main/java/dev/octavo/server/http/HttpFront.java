package dev.octavo.server.http;

import dev.octavo.server.grpc.GrpcApi;
import dev.octavo.server.inference.Inference;
import dev.octavo.server.observe.AccessLog;
import dev.octavo.server.observe.Metrics;
import dev.octavo.server.protocol.ProtocolException;
import dev.octavo.server.protocol.ProtocolException.Kind;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** What one event loop does with requests: who may ask, and whose they are. */
final class HttpFront {
    private static final Set<String> OPEN = Set.of("live", "ready");

    private final Vertx vertx;
    private final BearerTokens tokens;
    private final AccessLog log;
    private final Metrics metrics;
    private final RestApi rest;
    private final GrpcApi grpc;
    private final ConnectionWatch connections;
    private final AtomicInteger active;
    private final Duration writeTime;
    private final Pages pages = new Pages();
    private volatile boolean draining;

    HttpFront(
            Vertx vertx,
            BearerTokens tokens,
            AccessLog log,
            Metrics metrics,
            RestApi rest,
            GrpcApi grpc,
            ConnectionWatch connections,
            AtomicInteger active,
            Duration writeTime) {
        this.vertx = vertx;
        this.tokens = tokens;
        this.log = log;
        this.metrics = metrics;
        this.rest = rest;
        this.grpc = grpc;
        this.connections = connections;
        this.active = active;
        this.writeTime = writeTime;
    }

    ConnectionWatch connections() {
        return connections;
    }

    /** Lets what is there finish, and refuses what comes. */
    void drain() {
        draining = true;
    }

    void handle(HttpServerRequest request) {
        request.pause();
        connections.began(request.connection());
        active.incrementAndGet();
        String type = request.getHeader("Content-Type");
        if (type != null && type.startsWith("application/grpc") && request.version() == HttpVersion.HTTP_2) {
            handleGrpc(request);
            return;
        }
        Exchange exchange = new Exchange(request, vertx.getOrCreateContext(), log, metrics, writeTime);
        exchange.onEnd(() -> {
            active.decrementAndGet();
            connections.ended(request.connection());
        });
        try {
            handle(exchange);
        } catch (ProtocolException e) {
            exchange.fail(e);
        } catch (RuntimeException e) {
            exchange.fail(Inference.translated(e));
        }
    }

    private void handleGrpc(HttpServerRequest request) {
        Runnable end = new Runnable() {
            private boolean ended;

            @Override
            public void run() {
                if (!ended) {
                    ended = true;
                    active.decrementAndGet();
                    connections.ended(request.connection());
                }
            }
        };
        request.response().endHandler(done -> end.run());
        request.response().closeHandler(done -> end.run());
        grpc.handle(request, tokens.allows(request.getHeader("Authorization")), draining);
    }

    private void handle(Exchange exchange) {
        HttpServerRequest request = exchange.request();
        List<String> path = Routes.segments(String.valueOf(request.path()));
        boolean health = path.size() == 3 && path.get(1).equals("health") && OPEN.contains(path.get(2));
        boolean page = request.method().equals(HttpMethod.GET) && pages.has(path);
        if (page) {
            // The page itself holds nothing; what it asks for needs the token.
            pages.send(exchange, path);
            return;
        }
        if (!health && !tokens.allows(request.getHeader("Authorization"))) {
            throw new ProtocolException(Kind.UNAUTHENTICATED, "a bearer token is needed: Authorization: Bearer TOKEN");
        }
        if (draining && request.method().equals(HttpMethod.POST)) {
            throw new ProtocolException(
                    Kind.UNAVAILABLE, "the server is ending; try again later", Duration.ofSeconds(1));
        }
        rest.handle(exchange, path);
    }
}
