package dev.octavo.tools.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends a program in order at the first SIGTERM or SIGINT, and at once at the second. By reflection: the JDK supports these
 * classes, and warns of every mention of them.
 */
final class Signals {
    private static final int KILLED = 128 + 15;

    private Signals() {}

    /** Runs an action at the first signal. */
    @SuppressWarnings("ReferenceEquality") // A handler equals itself alone.
    static void onEnd(Runnable action) {
        AtomicBoolean asked = new AtomicBoolean();
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (!method.getName().equals("handle")) {
                return method.getName().equals("hashCode") ? System.identityHashCode(proxy) : proxy == arguments[0];
            }
            if (asked.getAndSet(true)) {
                Runtime.getRuntime().halt(KILLED);
            }
            action.run();
            return null;
        };
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> type = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
            for (String name : new String[] {"TERM", "INT"}) {
                signal.getMethod("handle", signal, type)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            }
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // Another JVM, or one that was told to leave signals alone: it then ends as it always does.
            System.getLogger(Signals.class.getName()).log(System.Logger.Level.DEBUG, "no signals", e);
            Runtime.getRuntime().addShutdownHook(new Thread(action));
        }
    }
}
