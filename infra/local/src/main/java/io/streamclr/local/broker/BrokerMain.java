package io.streamclr.local.broker;

import io.streamclr.schemas.FileFault;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/**
 * The child JVM: formats the storage when it is new, then is Kafka, and ends with its parent. One JVM does both, which
 * saves the start of a second one.
 */
final class BrokerMain {

    private BrokerMain() {}

    /** @param args the file of Kafka's settings; the working directory holds the data */
    public static void main(String[] args) throws ReflectiveOperationException {
        leaveSignalsOfTheTerminalToTheParent();
        endWithTheParent();
        if (!Files.exists(Path.of("data", "meta.properties"))) {
            String clusterId = Uuid.randomUuid().toString();
            int code = StorageTool.execute(
                    new String[] {"format", "--cluster-id", clusterId, "--config", args[0]}, System.out);
            if (code != 0) {
                System.exit(code);
            }
        }
        Kafka.main(args);
    }

    /** The parent never writes to this pipe; its end comes when the parent ends, in whatever way. */
    private static void endWithTheParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            continue;
                        }
                    } catch (IOException gone) {
                        System.err.println("The parent is gone: " + FileFault.of(gone));
                    }
                    System.exit(0);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /**
     * Ctrl-C in a terminal reaches this process too, but the parent still needs its broker then, to end in order. By
     * reflection, because the compiler knows the JDK's signals as internal; where there are none, nothing is lost.
     */
    private static void leaveSignalsOfTheTerminalToTheParent() throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        InvocationHandler nothing = (proxy, method, arguments) -> null;
        Object deaf = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, nothing);
        for (String name : new String[] {"INT", "HUP"}) {
            try {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), deaf);
            } catch (java.lang.reflect.InvocationTargetException unknown) {
                System.err.println("Signal " + name + " is not known here");
            }
        }
    }
}
