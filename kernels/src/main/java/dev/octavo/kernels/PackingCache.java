package dev.octavo.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Packed weights that kernels share: whatever the sessions, batch sizes or parts of an image for which kernels are prepared,
 * each form is packed once. Safe for use from many threads.
 */
public final class PackingCache {
    /**
     * A packed form of some weights. Forms that are equal share what the first of them packed, so a form holds all that its
     * result depends on. {@link java.lang.foreign.MemorySegment#equals} tells segments apart by where they begin and not by
     * their length, so a form whose result depends on the length holds that too. What a form reads must stay in place,
     * unchanged, as long as the cache is in use.
     *
     * @param <T> what kernels read
     */
    public interface Form<T> {
        /** Packs into memory that lives as long as the cache. */
        T pack(SegmentAllocator memory);

        /** Returns what {@link #pack} takes memory from; it lives as long as {@code cache}. */
        default SegmentAllocator memory(PackingCache cache) {
            return cache.arena;
        }
    }

    private final Arena arena;
    private final Map<Form<?>, Object> packed = new HashMap<>();
    private final Map<Object, Object> others = new HashMap<>();
    private final long expectedBytes;
    private long bytes;

    /**
     * Creates an empty cache for a single kernel or a few.
     *
     * @param arena owns the packed weights; kernels that use them must not run after it is closed
     */
    public PackingCache(Arena arena) {
        this(arena, 0);
    }

    /**
     * Creates an empty cache.
     *
     * @param arena owns the packed weights; kernels that use them must not run after it is closed
     * @param expectedBytes about how much the packed weights will take, so that they can lie together; 0 if unknown
     */
    public PackingCache(Arena arena, long expectedBytes) {
        this.arena = arena;
        this.expectedBytes = expectedBytes;
    }

    /** Returns about how many bytes all packed weights will take, or 0 if unknown. */
    public long expectedBytes() {
        return expectedBytes;
    }

    /** Returns what a form packs to, which the first call makes. */
    @SuppressWarnings("unchecked") // A form of T is only ever mapped to what it packed.
    public synchronized <T> T get(Form<T> form) {
        Object present = packed.get(form);
        if (present == null) {
            SegmentAllocator memory = form.memory(this);
            present = form.pack((size, alignment) -> {
                bytes += size;
                return memory.allocate(size, alignment);
            });
            packed.put(form, present);
        }
        return (T) present;
    }

    /**
     * Returns anything else that kernels share, such as code, which the first call makes.
     *
     * @param key equal for what may be shared
     * @param make whose result lives as long as the arena that it is given, the cache's
     */
    @SuppressWarnings("unchecked") // A key's class belongs to what makes it.
    public synchronized <T> T shared(Object key, Function<Arena, T> make) {
        Object present = others.get(key);
        if (present == null) {
            present = make.apply(arena);
            others.put(key, present);
        }
        return (T) present;
    }

    /** Returns how many forms were packed. */
    public synchronized int forms() {
        return packed.size();
    }

    /** Returns the bytes off the heap that the packed forms take. */
    public synchronized long bytes() {
        return bytes;
    }
}
