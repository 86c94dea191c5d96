package dev.octavo.server.http;

import dev.octavo.server.protocol.ProtocolException;
import dev.octavo.server.protocol.ProtocolException.Kind;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Receives one body into an array, within a size, a time and the budget of all bodies. The array grows with what has come:
 * a length that was only announced reserves nothing.
 */
final class BodyReader {
    private static final int FIRST = 256 << 10;
    private static final byte[] NONE = {};

    private final Exchange exchange;
    private final BodyBudget budget;
    private final int limit;
    private final Consumer<byte[]> whenDone;
    private byte[] bytes = NONE;
    private int size;
    private long taken;
    private boolean over;

    private BodyReader(Exchange exchange, BodyBudget budget, int limit, Consumer<byte[]> whenDone) {
        this.exchange = exchange;
        this.budget = budget;
        this.limit = limit;
        this.whenDone = whenDone;
    }

    /** Receives the body, which the request holds back until now, and fails the exchange if it cannot be. */
    static void read(
            Vertx vertx, Exchange exchange, BodyBudget budget, int limit, Duration time, Consumer<byte[]> whenDone) {
        HttpServerRequest request = exchange.request();
        BodyReader reader = new BodyReader(exchange, budget, limit, whenDone);
        long announced = announced(request);
        if (announced > limit) {
            exchange.fail(tooLarge(limit));
            return;
        }
        if (!reader.grow((int) Math.min(FIRST, Math.max(0, announced)))) {
            return;
        }
        exchange.onEnd(reader::release);
        long timer = vertx.setTimer(time.toMillis(), id -> reader.late());
        exchange.onEnd(() -> vertx.cancelTimer(timer));
        request.handler(reader::accept);
        request.exceptionHandler(e -> reader.over = true);
        request.endHandler(end -> {
            vertx.cancelTimer(timer);
            reader.done();
        });
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        request.resume();
    }

    private static long announced(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private static ProtocolException tooLarge(int limit) {
        return new ProtocolException(Kind.TOO_LARGE, "the body is larger than " + limit + " bytes");
    }

    private void accept(Buffer part) {
        if (over) {
            return;
        }
        int length = part.length();
        if (length > limit - size) {
            fail(tooLarge(limit));
            return;
        }
        if (size + length > bytes.length && !grow(capacity(size + length))) {
            return;
        }
        part.getBytes(0, length, bytes, size);
        size += length;
    }

    private int capacity(int needed) {
        long doubled = Math.max(needed, 2L * bytes.length);
        long announced = announced(exchange.request());
        return (int) Math.min(limit, announced >= needed ? Math.min(doubled, announced) : doubled);
    }

    private boolean grow(int capacity) {
        if (!budget.take(capacity - bytes.length)) {
            fail(new ProtocolException(
                    Kind.UNAVAILABLE, "too many bodies are being received; try again later", Duration.ofSeconds(1)));
            return false;
        }
        taken += capacity - bytes.length;
        bytes = Arrays.copyOf(bytes, capacity);
        return true;
    }

    private void late() {
        fail(new ProtocolException(Kind.TOO_SLOW, "the body did not arrive in time"));
    }

    private void fail(ProtocolException failure) {
        if (!over) {
            over = true;
            exchange.request().pause();
            exchange.fail(failure);
        }
    }

    private void done() {
        if (!over) {
            over = true;
            whenDone.accept(size == bytes.length ? bytes : Arrays.copyOf(bytes, size));
        }
    }

    private void release() {
        over = true;
        budget.give(taken);
        taken = 0;
        bytes = NONE;
    }
}
