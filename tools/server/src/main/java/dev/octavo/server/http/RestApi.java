package dev.octavo.server.http;

import dev.octavo.server.inference.Inference;
import dev.octavo.server.inference.Inference.Result;
import dev.octavo.server.inference.PictureAnswers;
import dev.octavo.server.observe.Metrics;
import dev.octavo.server.options.ServerOptions.Limits;
import dev.octavo.server.protocol.InferRequest;
import dev.octavo.server.protocol.InferResponse;
import dev.octavo.server.protocol.ProtocolException;
import dev.octavo.server.protocol.ProtocolException.Kind;
import dev.octavo.server.protocol.RequestJson;
import dev.octavo.server.protocol.ResponseBody;
import dev.octavo.server.protocol.Texts;
import dev.octavo.server.repository.ModelRepository;
import dev.octavo.server.repository.RepositoryException;
import dev.octavo.server.repository.ServedModel;
import dev.octavo.serving.ComputePool;
import dev.octavo.tools.vision.Picture;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The REST form of the Open Inference Protocol, and {@code POST /classify/NAME}. Requests are admitted before their bodies
 * are read; short ones are understood on the event loop, longer ones on threads of their own.
 */
final class RestApi {
    private static final String VERSION = "0.1.0";
    private static final int SHORT_JSON = 8192;
    private static final int DEFAULT_TOP = 5;
    private static final int MOST_TOP = 1000;

    private final Vertx vertx;
    private final ModelRepository repository;
    private final Inference inference;
    private final Limits limits;
    private final BodyBudget budget;
    private final Preparation preparation;
    private final Metrics metrics;
    private final ComputePool pool;
    private final boolean control;
    private final BooleanSupplier ready;
    private final String tier;

    RestApi(
            Vertx vertx,
            ModelRepository repository,
            Inference inference,
            Limits limits,
            BodyBudget budget,
            Preparation preparation,
            Metrics metrics,
            ComputePool pool,
            boolean control,
            BooleanSupplier ready,
            String tier) {
        this.vertx = vertx;
        this.repository = repository;
        this.inference = inference;
        this.limits = limits;
        this.budget = budget;
        this.preparation = preparation;
        this.metrics = metrics;
        this.pool = pool;
        this.control = control;
        this.ready = ready;
        this.tier = tier;
    }

    /** Answers a request, or throws what is wrong with it. */
    void handle(Exchange exchange, List<String> path) {
        HttpMethod method = exchange.request().method();
        boolean get = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        boolean post = method.equals(HttpMethod.POST);
        int size = path.size();
        String first = size > 0 ? path.getFirst() : "";
        if (first.equals("v2") && size >= 2 && path.get(1).equals("models")) {
            models(exchange, path, get, post);
        } else if (first.equals("v2") && size >= 2 && path.get(1).equals("repository")) {
            repository(exchange, path, post);
        } else if (first.equals("v2") && size == 1) {
            method(get);
            exchange.ok(Exchange.JSON, Descriptions.server(VERSION));
        } else if (first.equals("v2") && size == 3 && path.get(1).equals("health")) {
            method(get);
            health(exchange, path.get(2));
        } else if (first.equals("metrics") && size == 1) {
            method(get);
            prepare(exchange, () -> {
                byte[] text = metrics.text();
                exchange.later(() -> exchange.ok(Metrics.CONTENT_TYPE, text));
            });
        } else if (first.equals("classify") && size == 2) {
            method(post);
            classify(exchange, model(exchange, path.get(1), ""));
        } else {
            throw notFound(exchange);
        }
    }

    private static ProtocolException notFound(Exchange exchange) {
        return new ProtocolException(
                Kind.NOT_FOUND,
                "there is nothing at "
                        + Texts.shown(String.valueOf(exchange.request().path())));
    }

    private static void method(boolean right) {
        if (!right) {
            throw new ProtocolException(Kind.METHOD, "this path has another method");
        }
    }

    private ServedModel model(Exchange exchange, String name, String version) {
        ServedModel model = inference.model(name, version);
        exchange.model(model.name());
        return model;
    }

    private void health(Exchange exchange, String what) {
        switch (what) {
            case "live" -> exchange.status(200);
            case "ready" -> {
                if (ready.getAsBoolean()) {
                    exchange.status(200);
                } else {
                    exchange.fail(new ProtocolException(Kind.UNAVAILABLE, "the server is not ready"));
                }
            }
            default -> throw notFound(exchange);
        }
    }

    private void models(Exchange exchange, List<String> path, boolean get, boolean post) {
        int size = path.size();
        if (size == 3 && path.get(2).equals("stats")) {
            method(get);
            exchange.ok(Exchange.JSON, Descriptions.statistics(repository.all()));
            return;
        }
        boolean versioned = size >= 5 && path.get(3).equals("versions");
        String version = versioned ? path.get(4) : "";
        int rest = versioned ? 5 : 3;
        if (size < 3 || size > rest + 1) {
            throw notFound(exchange);
        }
        ServedModel model = model(exchange, path.get(2), version);
        String action = size == rest ? "" : path.get(rest);
        switch (action) {
            case "" -> {
                method(get);
                exchange.ok(Exchange.JSON, Descriptions.model(model));
            }
            case "ready" -> {
                method(get);
                exchange.status(200);
            }
            case "stats" -> {
                method(get);
                exchange.ok(Exchange.JSON, Descriptions.statistics(List.of(model)));
            }
            case "card" -> {
                method(get);
                exchange.ok(Exchange.JSON, Descriptions.card(model, tier, pool.threads()));
            }
            case "infer" -> {
                method(post);
                infer(exchange, model);
            }
            default -> throw notFound(exchange);
        }
    }

    private void repository(Exchange exchange, List<String> path, boolean post) {
        method(post);
        int size = path.size();
        if (size == 3 && path.get(2).equals("index")) {
            read(
                    exchange,
                    body -> prepare(exchange, () -> {
                        byte[] index = Descriptions.index(repository.index());
                        exchange.later(() -> exchange.ok(Exchange.JSON, index));
                    }));
            return;
        }
        boolean load = size == 5 && path.get(2).equals("models") && path.get(4).equals("load");
        boolean unload =
                size == 5 && path.get(2).equals("models") && path.get(4).equals("unload");
        if (!load && !unload) {
            throw notFound(exchange);
        }
        if (!control) {
            throw new ProtocolException(
                    Kind.FORBIDDEN, "models are not loaded and unloaded by clients; start the server with --control");
        }
        String name = path.get(3);
        // Conversions take seconds: on a thread of its own, so that pictures are decoded meanwhile.
        read(exchange, body -> {
            var _ = Thread.ofVirtual().start(() -> control(exchange, name, load));
        });
    }

    private void control(Exchange exchange, String name, boolean load) {
        ProtocolException failure = null;
        try {
            if (load) {
                repository.load(name);
            } else if (!repository.unload(name)) {
                failure = new ProtocolException(
                        Kind.NOT_FOUND, "there is no model '" + Texts.shown(name) + "' to unload");
            }
        } catch (RepositoryException e) {
            failure = ProtocolException.invalid(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            failure = Inference.translated(e);
        }
        ProtocolException told = failure;
        exchange.later(() -> {
            if (told == null) {
                exchange.status(200);
            } else {
                exchange.fail(told);
            }
        });
    }

    private void read(Exchange exchange, Consumer<byte[]> whenDone) {
        BodyReader.read(vertx, exchange, budget, limits.bodyBytes(), limits.bodyTime(), whenDone);
    }

    /** Runs work away from the event loop; what it throws is the answer. */
    private void prepare(Exchange exchange, Runnable work) {
        try {
            preparation.run(() -> {
                try {
                    work.run();
                } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                    ProtocolException failure = Inference.translated(e);
                    exchange.later(() -> exchange.fail(failure));
                }
            });
        } catch (ProtocolException e) {
            exchange.fail(e);
        }
    }

    private void infer(Exchange exchange, ServedModel model) {
        Inference.admit(model);
        String headerLength = exchange.request().getHeader("Inference-Header-Content-Length");
        String encoding = header(exchange, "Content-Encoding");
        read(exchange, body -> {
            try {
                if (ContentEncodings.compressed(encoding)) {
                    prepare(
                            exchange,
                            () -> infer(
                                    exchange,
                                    model,
                                    ContentEncodings.decompress(encoding, body, limits.bodyBytes()),
                                    headerLength));
                } else if (jsonLength(headerLength, body) > SHORT_JSON) {
                    prepare(exchange, () -> infer(exchange, model, body, headerLength));
                } else {
                    infer(exchange, model, body, headerLength);
                }
            } catch (RuntimeException e) {
                exchange.fail(Inference.translated(e));
            }
        });
    }

    private static String header(Exchange exchange, String name) {
        String value = exchange.request().getHeader(name);
        return value == null ? "" : value.strip();
    }

    private static int jsonLength(@Nullable String header, byte[] body) {
        if (header == null) {
            return body.length;
        }
        try {
            int length = Integer.parseInt(header.strip());
            if (length >= 0 && length <= body.length) {
                return length;
            }
        } catch (NumberFormatException e) {
            // The message below is the same.
        }
        throw ProtocolException.invalid("Inference-Header-Content-Length is '" + Texts.shown(header)
                + "', but must be the bytes of JSON at the begin of a body of " + body.length);
    }

    private void infer(Exchange exchange, ServedModel model, byte[] body, @Nullable String headerLength) {
        int jsonLength = jsonLength(headerLength, body);
        InferRequest request = headerLength != null && jsonLength == 0
                ? Inference.raw(model, body)
                : RequestJson.read(body, jsonLength);
        Supplier<CompletableFuture<InferResponse>> start = () -> inference.infer(model, request);
        // On an event loop there is no time to decode pictures.
        if (Inference.decodes(request) && Context.isOnEventLoopThread()) {
            prepare(exchange, () -> answer(exchange, start.get()));
        } else {
            answer(exchange, start.get());
        }
    }

    private void answer(Exchange exchange, CompletableFuture<InferResponse> future) {
        String accepted = ContentEncodings.accepted(header(exchange, "Accept-Encoding"));
        cancelWith(exchange, future);
        var _ = future.thenApply(ResponseBody::of).handle((body, failure) -> {
            if (failure != null) {
                exchange.later(() -> exchange.fail(Inference.translated(failure)));
            } else if (accepted.isEmpty()) {
                exchange.later(() -> exchange.ok(body));
            } else {
                prepare(exchange, () -> {
                    ResponseBody small =
                            new ResponseBody(ContentEncodings.compress(accepted, body.bytes()), body.jsonLength());
                    exchange.later(() -> {
                        exchange.header("Content-Encoding", accepted);
                        exchange.ok(small);
                    });
                });
            }
            return null;
        });
    }

    /** Gives a request up when its client hangs up. */
    private static void cancelWith(Exchange exchange, CompletableFuture<?> future) {
        exchange.later(() -> exchange.onEnd(() -> {
            if (!future.isDone()) {
                future.cancel(true);
            }
        }));
    }

    private void classify(Exchange exchange, ServedModel model) {
        Inference.admit(model);
        int top = top(exchange);
        long start = System.nanoTime();
        read(
                exchange,
                body -> prepare(exchange, () -> {
                    Picture picture = inference.decode(body);
                    CompletableFuture<Result> future = inference.infer(model, picture, Duration.ZERO);
                    cancelWith(exchange, future);
                    var _ = future.whenComplete((result, failure) -> {
                        if (failure != null) {
                            exchange.later(() -> exchange.fail(Inference.translated(failure)));
                            return;
                        }
                        // Boxes and masks take longer than a computing thread should be kept from the next picture.
                        prepare(exchange, () -> {
                            byte[] json = PictureAnswers.json(result, picture, top, System.nanoTime() - start);
                            exchange.later(() -> exchange.ok(Exchange.JSON, json));
                        });
                    });
                }));
    }

    private static int top(Exchange exchange) {
        String top = exchange.request().getParam("top");
        if (top == null) {
            return DEFAULT_TOP;
        }
        if (!top.matches("[1-9][0-9]{0,3}") || Integer.parseInt(top) > MOST_TOP) {
            throw ProtocolException.invalid("'top' must be a whole number in 1.." + MOST_TOP);
        }
        return Integer.parseInt(top);
    }
}
