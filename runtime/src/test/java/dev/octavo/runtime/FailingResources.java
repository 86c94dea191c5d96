package dev.octavo.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Memory and threads that run out at a chosen request, and are counted. */
final class FailingResources {
    private final int failure;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();

    /** Fails at a request, counted from 0: a new arena, an allocation of one, or a thread. */
    FailingResources(int failure) {
        this.failure = failure;
    }

    Resources resources() {
        return new Resources(this::arena, this::thread);
    }

    int requests() {
        return requests.get();
    }

    int openArenas() {
        return open.get();
    }

    List<Thread> threads() {
        return threads;
    }

    private void request(String what) {
        if (requests.getAndIncrement() == failure) {
            throw new OutOfMemoryError("injected: no " + what);
        }
    }

    private Thread thread(Runnable task) {
        request("thread");
        Thread thread = Thread.ofPlatform().daemon().name("failing").unstarted(task);
        threads.add(thread);
        return thread;
    }

    private Arena arena() {
        request("arena");
        Arena arena = Arena.ofShared();
        open.incrementAndGet();
        return new Arena() {
            @Override
            public MemorySegment allocate(long byteSize, long byteAlignment) {
                request("memory");
                return arena.allocate(byteSize, byteAlignment);
            }

            @Override
            public MemorySegment.Scope scope() {
                return arena.scope();
            }

            @Override
            public void close() {
                arena.close();
                open.decrementAndGet();
            }
        };
    }
}
