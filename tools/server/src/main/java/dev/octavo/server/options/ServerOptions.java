package dev.octavo.server.options;

import dev.octavo.serving.PredictorOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a server runs. Every part has defaults.
 *
 * @param models files and folders of models
 * @param cache folder for models that are converted at start
 * @param watch whether models that come, go or change in the folders are loaded while the server runs
 * @param control whether clients may load and unload models
 * @param threads that compute; 0 for as many as there are cores
 * @param predictor how models queue and batch, unless their configurations say otherwise
 * @param listen where it listens
 * @param limits what it takes
 * @param security who may ask, and how it is encrypted
 * @param accessLog file of one JSON object per request; empty for none
 * @param trace file of runs and requests for Perfetto; empty for none
 */
public record ServerOptions(
        List<Path> models,
        Path cache,
        boolean watch,
        boolean control,
        int threads,
        PredictorOptions predictor,
        Listen listen,
        Limits limits,
        Security security,
        Optional<Path> accessLog,
        Optional<Path> trace) {
    /**
     * Where a server listens.
     *
     * @param host name or address of an interface
     * @param port of HTTP, which also answers gRPC; 0 for any free one
     * @param grpcPort of another listener for gRPC; 0 for any free one, −1 for none
     */
    public record Listen(String host, int port, int grpcPort) {
        /** Returns the loopback interface, ports 8000 and 8001. */
        public static Listen defaults() {
            return new Listen("127.0.0.1", 8000, 8001);
        }
    }

    /**
     * What a server takes of clients.
     *
     * @param bodyBytes largest body, also once it is decompressed
     * @param bodyMemory bytes of all bodies that are being received or processed
     * @param headerBytes largest header of a request, and longest first line
     * @param pixels most pixels of a picture
     * @param rows most pictures of a request
     * @param connections most open connections
     * @param headTime within which the head of a request must have come, also the next one of an open connection
     * @param bodyTime within which a body must have come
     * @param writeTime within which a client must take some of an answer
     */
    public record Limits(
            int bodyBytes,
            long bodyMemory,
            int headerBytes,
            long pixels,
            int rows,
            int connections,
            Duration headTime,
            Duration bodyTime,
            Duration writeTime) {
        /** Checks the ranges. */
        public Limits {
            if (bodyBytes < 1 || bodyMemory < 1 || headerBytes < 256 || pixels < 1 || rows < 1 || connections < 1) {
                throw new IllegalArgumentException("limits must be positive, that of headers at least 256 bytes");
            }
            if (!headTime.isPositive() || !bodyTime.isPositive() || !writeTime.isPositive()) {
                throw new IllegalArgumentException("the times for heads, bodies and writes must be positive");
            }
        }

        /**
         * Returns bodies of 64 MiB and a quarter of the heap in all, headers of 16 KiB, pictures of 50 million pixels, 256
         * pictures, 4096 connections, 60 s for a head, 30 s for a body, 30 s for a write.
         */
        public static Limits defaults() {
            return new Limits(
                    64 << 20,
                    Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 4),
                    16 << 10,
                    50_000_000,
                    256,
                    4096,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30));
        }
    }

    /**
     * Who may ask, and how it is encrypted. The files are read again when they change.
     *
     * @param tokens file of bearer tokens, one a line; empty if everyone may ask
     * @param certificate PEM file of the certificate chain; empty for no encryption
     * @param key PEM file of its private key, PKCS#8
     */
    public record Security(Optional<Path> tokens, Optional<Path> certificate, Optional<Path> key) {
        /** Checks that a certificate has its key. */
        public Security {
            if (certificate.isPresent() != key.isPresent()) {
                throw new IllegalArgumentException("a certificate needs its key, and a key its certificate");
            }
        }

        /** Returns no tokens, no encryption. */
        public static Security none() {
            return new Security(Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /** Copies the list. */
    public ServerOptions {
        models = List.copyOf(models);
        if (threads < 0) {
            throw new IllegalArgumentException(threads + " threads compute nothing");
        }
    }

    /** Returns options for models, all else as usual. */
    public static ServerOptions of(List<Path> models) {
        return new ServerOptions(
                models,
                Path.of(System.getProperty("user.home"), ".cache", "octavo"),
                false,
                false,
                0,
                PredictorOptions.defaults(),
                Listen.defaults(),
                Limits.defaults(),
                Security.none(),
                Optional.empty(),
                Optional.empty());
    }

    /** Returns these options with another folder for converted models. */
    public ServerOptions withCache(Path newCache) {
        return new ServerOptions(
                models, newCache, watch, control, threads, predictor, listen, limits, security, accessLog, trace);
    }

    /** Returns these options with or without watching the folders. */
    public ServerOptions withWatch(boolean newWatch) {
        return new ServerOptions(
                models, cache, newWatch, control, threads, predictor, listen, limits, security, accessLog, trace);
    }

    /** Returns these options with or without clients that load and unload models. */
    public ServerOptions withControl(boolean newControl) {
        return new ServerOptions(
                models, cache, watch, newControl, threads, predictor, listen, limits, security, accessLog, trace);
    }

    /** Returns these options with another number of computing threads; 0 for as many as there are cores. */
    public ServerOptions withThreads(int newThreads) {
        return new ServerOptions(
                models, cache, watch, control, newThreads, predictor, listen, limits, security, accessLog, trace);
    }

    /** Returns these options with other queues and batches. */
    public ServerOptions withPredictor(PredictorOptions newPredictor) {
        return new ServerOptions(
                models, cache, watch, control, threads, newPredictor, listen, limits, security, accessLog, trace);
    }

    /** Returns these options with other listeners. */
    public ServerOptions withListen(Listen newListen) {
        return new ServerOptions(
                models, cache, watch, control, threads, predictor, newListen, limits, security, accessLog, trace);
    }

    /** Returns these options with other limits. */
    public ServerOptions withLimits(Limits newLimits) {
        return new ServerOptions(
                models, cache, watch, control, threads, predictor, listen, newLimits, security, accessLog, trace);
    }

    /** Returns these options with other tokens and certificates. */
    public ServerOptions withSecurity(Security newSecurity) {
        return new ServerOptions(
                models, cache, watch, control, threads, predictor, listen, limits, newSecurity, accessLog, trace);
    }

    /** Returns these options with an access log. */
    public ServerOptions withAccessLog(Path file) {
        return new ServerOptions(
                models, cache, watch, control, threads, predictor, listen, limits, security, Optional.of(file), trace);
    }

    /** Returns these options with a trace. */
    public ServerOptions withTrace(Path file) {
        return new ServerOptions(
                models,
                cache,
                watch,
                control,
                threads,
                predictor,
                listen,
                limits,
                security,
                accessLog,
                Optional.of(file));
    }
}
