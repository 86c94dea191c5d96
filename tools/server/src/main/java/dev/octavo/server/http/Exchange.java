package dev.octavo.server.http;

import dev.octavo.server.observe.AccessLog;
import dev.octavo.server.observe.Metrics;
import dev.octavo.server.protocol.Json;
import dev.octavo.server.protocol.ProtocolException;
import dev.octavo.server.protocol.ProtocolException.Kind;
import dev.octavo.server.protocol.ResponseBody;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One request and its answer. Everything happens on the connection's event loop, to which {@link #later} leads back. */
final class Exchange {
    static final String JSON = "application/json";
    private static final String HEADER_LENGTH = "Inference-Header-Content-Length";
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");
    private static final Pattern TRACE_PARENT = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");

    private final HttpServerRequest request;
    private final Context context;
    private final AccessLog log;
    private final Metrics metrics;
    private final Duration writeTime;
    private final long start = System.nanoTime();
    private final String requestId;
    private final String trace;
    private final List<Runnable> ends = new ArrayList<>(2);
    private String model = "";
    private boolean answered;
    private boolean ended;

    Exchange(HttpServerRequest request, Context context, AccessLog log, Metrics metrics, Duration writeTime) {
        this.writeTime = writeTime;
        this.request = request;
        this.context = context;
        this.log = log;
        this.metrics = metrics;
        String id = request.getHeader("X-Request-Id");
        this.requestId = id != null && REQUEST_ID.matcher(id).matches()
                ? id
                : Long.toHexString(ThreadLocalRandom.current().nextLong());
        String parent = request.getHeader("traceparent");
        Matcher traced = TRACE_PARENT.matcher(parent == null ? "" : parent);
        this.trace = traced.matches() ? traced.group(1) : "";
        if (!trace.isEmpty() && parent != null) {
            response().putHeader("traceparent", parent);
        }
        response().putHeader("X-Request-Id", requestId);
        response().exceptionHandler(e -> end(499));
        response().closeHandler(closed -> end(499));
        response().endHandler(done -> end(response().getStatusCode()));
    }

    HttpServerRequest request() {
        return request;
    }

    private HttpServerResponse response() {
        return request.response();
    }

    /** Notes the model for the log. */
    void model(String name) {
        model = name;
    }

    /** Runs when the answer is out, or the client gone; at once if that is so already. */
    void onEnd(Runnable action) {
        if (ended) {
            action.run();
        } else {
            ends.add(action);
        }
    }

    /** Whether the client is still there and waits. */
    boolean open() {
        return !answered && !ended;
    }

    /** Runs on the event loop, from any thread. */
    void later(Runnable action) {
        context.runOnContext(_ -> action.run());
    }

    private void end(int status) {
        if (ended) {
            return;
        }
        ended = true;
        ends.forEach(Runnable::run);
        ends.clear();
        long nanos = System.nanoTime() - start;
        metrics.http(status, request.bytesRead(), response().bytesWritten(), nanos);
        log.write(new AccessLog.Entry(
                requestId,
                trace,
                String.valueOf(request.remoteAddress()),
                request.method().name(),
                String.valueOf(request.path()),
                model,
                status,
                request.bytesRead(),
                response().bytesWritten(),
                nanos));
    }

    void ok(String type, byte[] body) {
        send(200, type, Buffer.buffer(body));
    }

    void ok(ResponseBody body) {
        if (body.jsonLength() < 0) {
            ok(JSON, body.bytes());
        } else {
            response().putHeader(HEADER_LENGTH, Integer.toString(body.jsonLength()));
            ok("application/octet-stream", body.bytes());
        }
    }

    void header(String name, String value) {
        response().putHeader(name, value);
    }

    /** Answers without a body. */
    void status(int code) {
        send(code, "", Buffer.buffer());
    }

    void fail(ProtocolException failure) {
        if (!open()) {
            return;
        }
        if (failure.retryAfter().isPositive() || failure.kind() == Kind.UNAVAILABLE) {
            long seconds = Math.clamp((failure.retryAfter().toMillis() + 999) / 1000, 1, 60);
            response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        }
        if (failure.kind() == Kind.UNAUTHENTICATED) {
            response().putHeader("WWW-Authenticate", "Bearer");
        }
        send(code(failure.kind()), JSON, Buffer.buffer(Json.error(failure.text())));
    }

    static int code(Kind kind) {
        return switch (kind) {
            case INVALID -> 400;
            case UNAUTHENTICATED -> 401;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case METHOD -> 405;
            case TOO_SLOW -> 408;
            case TOO_LARGE -> 413;
            case UNAVAILABLE -> 503;
            case DEADLINE -> 504;
            case INTERNAL -> 500;
        };
    }

    private void send(int code, String type, Buffer body) {
        if (!open()) {
            return;
        }
        answered = true;
        long slow = context.owner()
                .setTimer(writeTime.toMillis(), id -> request.connection().close());
        onEnd(() -> context.owner().cancelTimer(slow));
        response().setStatusCode(code);
        if (!type.isEmpty()) {
            response().putHeader(HttpHeaders.CONTENT_TYPE, type);
        }
        boolean unread = !request.isEnded();
        if (unread && request.version() != HttpVersion.HTTP_2) {
            // What remains of the body would have to be read before the next request could be.
            response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        if (request.method().equals(HttpMethod.HEAD)) {
            response().putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
            response().end();
        } else {
            response().end(body).onComplete(done -> closeUnread(unread));
        }
    }

    private void closeUnread(boolean unread) {
        if (unread && request.version() == HttpVersion.HTTP_2) {
            response().reset(8);
        } else if (unread) {
            request.connection().close();
        }
    }
}
