package dev.octavo.server.repository;

import dev.octavo.runtime.Model;
import dev.octavo.server.repository.ModelSource.Signature;
import dev.octavo.serving.ComputePool;
import dev.octavo.serving.Predictor;
import dev.octavo.serving.PredictorListener;
import dev.octavo.serving.PredictorOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The models of a server, which are loaded, replaced and taken away while it runs. A request that has found its model ends
 * on it; the next one finds the new one. What cannot be loaded leaves the old one serving, and says why.
 */
public final class ModelRepository implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ModelRepository.class.getName());

    /** Two looks at a file that is being written differ; the first two that do not may be the last. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final ModelFiles files;
    private final ModelLoader loader;
    private final ComputePool pool;
    private final PredictorOptions defaults;
    private final BiFunction<String, String, PredictorListener> listeners;
    private final Map<String, ServedModel> serving = new ConcurrentHashMap<>();
    private final Map<String, String> reasons = new ConcurrentHashMap<>();
    private final Map<String, Signature> known = new ConcurrentHashMap<>();
    private final List<Thread> retiring = new ArrayList<>();
    private @Nullable Thread watcher;
    private volatile boolean closed;

    /**
     * Creates an empty repository.
     *
     * @param roots files and folders of models
     * @param cache folder for models that are converted at start
     * @param pool computes for all of them; it stays the caller's
     * @param defaults of models that say nothing else
     * @param listeners makes that of a model, from its name and version
     */
    public ModelRepository(
            List<Path> roots,
            Path cache,
            ComputePool pool,
            PredictorOptions defaults,
            BiFunction<String, String, PredictorListener> listeners) {
        this.files = new ModelFiles(roots);
        this.loader = new ModelLoader(cache);
        this.pool = pool;
        this.defaults = defaults;
        this.listeners = listeners;
    }

    /**
     * Loads all models.
     *
     * @throws RepositoryException if there are none, or one has no version that can be loaded
     */
    public void loadAll() {
        Map<String, List<ModelSource>> found = files.find();
        if (found.isEmpty()) {
            throw new RepositoryException(
                    "there are no models: put NAME.octavo, NAME.onnx or NAME/1/model.octavo there");
        }
        found.values().forEach(this::load);
    }

    /** Returns a model that serves. */
    public Optional<ServedModel> find(String name) {
        return Optional.ofNullable(serving.get(name));
    }

    /** Returns all models that serve. */
    public List<ServedModel> all() {
        return serving.values().stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }

    /** Returns what is known of each model that is in the folders, or serves. */
    public List<ModelStatus> index() {
        TreeSet<String> names = new TreeSet<>(serving.keySet());
        names.addAll(reasons.keySet());
        Map<String, List<ModelSource>> found = Map.of();
        try {
            found = files.find();
            names.addAll(found.keySet());
        } catch (RepositoryException e) {
            LOG.log(System.Logger.Level.DEBUG, "the index shows what serves", e);
        }
        List<ModelStatus> index = new ArrayList<>();
        for (String name : names) {
            ServedModel model = serving.get(name);
            List<ModelSource> sources = found.getOrDefault(name, List.of());
            String version = model != null
                    ? model.version()
                    : sources.isEmpty() ? "" : sources.getFirst().version();
            index.add(new ModelStatus(
                    name, version, model != null, reasons.getOrDefault(name, model == null ? "unloaded" : "")));
        }
        return index;
    }

    /**
     * Loads a model of the folders, or loads it again.
     *
     * @throws RepositoryException if there is none of that name, or it cannot be loaded
     */
    public void load(String name) {
        List<ModelSource> versions = files.find().get(name);
        if (versions == null) {
            throw new RepositoryException("there is no model '" + name + "' in the folders of this server");
        }
        load(versions);
    }

    /**
     * Takes a model away, once what it accepted is done; false if it does not serve.
     */
    public synchronized boolean unload(String name) {
        ServedModel model = serving.remove(name);
        if (model == null) {
            return false;
        }
        retire(model);
        return true;
    }

    /** Loads the latest version that can be; those above it are reported. */
    private synchronized void load(List<ModelSource> versions) {
        String name = versions.getFirst().name();
        ServedModel old = serving.get(name);
        RepositoryException first = null;
        for (ModelSource source : versions) {
            if (first != null && old != null && source.version().equals(old.version())) {
                // The newer ones are broken, and this one serves already.
                break;
            }
            known.put(name, versions.getFirst().signature());
            try {
                replace(open(source));
                if (first == null) {
                    reasons.remove(name);
                }
                return;
            } catch (RepositoryException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "model " + name + ", version " + source.version() + ": " + e.getMessage());
                first = first == null ? e : first;
                reasons.put(name, String.valueOf(first.getMessage()));
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private ServedModel open(ModelSource source) {
        ModelConfig config = ModelConfig.read(source.config());
        Model model = loader.open(source, config);
        try {
            PredictorOptions options = defaults.withMaxBatch(config.maxBatch().orElse(defaults.maxBatch()))
                    .withQueueRows(config.queueRows().orElse(defaults.queueRows()))
                    .withTimeout(config.timeout().orElse(defaults.timeout()))
                    .withListener(listeners.apply(source.name(), source.version()));
            if (config.maxWait().isPresent()) {
                options = options.withMaxWait(config.maxWait().get());
            }
            Optional<PictureInputs> pictures = PictureInputs.of(model, config.mean(), config.std(), config.crop());
            Predictor predictor = Predictor.of(model, options, pool);
            return new ServedModel(
                    source.name(),
                    source.version(),
                    model,
                    predictor,
                    config.labels().isEmpty() ? model.labels() : config.labels(),
                    pictures,
                    Instant.now());
        } catch (RuntimeException e) {
            model.close();
            throw new RepositoryException(source.file() + ": " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            model.close();
            throw new RepositoryException(source.file() + ": there is not enough memory for its sessions", e);
        }
    }

    private void replace(ServedModel model) {
        if (closed) {
            model.retire();
            throw new RepositoryException("the server is ending");
        }
        ServedModel old = serving.put(model.name(), model);
        LOG.log(
                System.Logger.Level.INFO,
                "serving " + model.name() + ", version " + model.version() + ": batches of up to "
                        + model.predictor().maxBatch() + ", "
                        + model.predictor().rowTime().toNanos() / 1000
                        + " microseconds a picture");
        if (old != null) {
            retire(old);
        }
    }

    private void retire(ServedModel model) {
        retiring.removeIf(thread -> !thread.isAlive());
        retiring.add(Thread.ofVirtual().name("octavo-retire-" + model.name()).start(model::retire));
    }

    /** Looks every second whether models have come, gone or changed. */
    public void watch() {
        watcher = Thread.ofVirtual().name("octavo-watch").start(() -> {
            Map<String, Signature> before = Map.of();
            while (!closed) {
                try {
                    TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
                    before = look(before);
                } catch (InterruptedException e) {
                    return;
                } catch (RuntimeException e) {
                    // A folder that vanished may come back; what serves goes on.
                    LOG.log(System.Logger.Level.WARNING, "watching models: " + e.getMessage());
                }
            }
        });
    }

    private Map<String, Signature> look(Map<String, Signature> before) {
        Map<String, List<ModelSource>> found = files.find();
        Map<String, Signature> now = new ConcurrentHashMap<>();
        for (Map.Entry<String, List<ModelSource>> each : found.entrySet()) {
            Signature signature = each.getValue().getFirst().signature();
            now.put(each.getKey(), signature);
            boolean steady = signature.equals(before.get(each.getKey()));
            if (steady && !signature.equals(known.get(each.getKey()))) {
                try {
                    load(each.getValue());
                } catch (RepositoryException e) {
                    LOG.log(System.Logger.Level.DEBUG, "told already", e);
                }
            }
        }
        for (String name : List.copyOf(known.keySet())) {
            if (!found.containsKey(name) && !before.containsKey(name)) {
                known.remove(name);
                reasons.remove(name);
                if (unload(name)) {
                    LOG.log(System.Logger.Level.INFO, "model " + name + " was taken away");
                }
            }
        }
        return now;
    }

    /** Lets all models finish what they accepted, and gives up what is not done by then. */
    @SuppressWarnings("ThreadJoinLoop")
    public boolean drain(Duration limit) throws InterruptedException {
        closed = true;
        Thread watching = watcher;
        if (watching != null) {
            watching.interrupt();
        }
        long end = System.nanoTime() + limit.toNanos();
        boolean done = true;
        List<ServedModel> models = all();
        for (ServedModel model : models) {
            done &= model.predictor().close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
        for (Thread thread : List.copyOf(retiring)) {
            done &= thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        }
        models.forEach(model -> model.model().close());
        serving.clear();
        return done;
    }

    @Override
    public void close() {
        try {
            boolean _ = drain(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
