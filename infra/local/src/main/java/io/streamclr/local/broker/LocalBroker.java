package io.streamclr.local.broker;

import io.streamclr.console.guard.Ending;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker (KRaft, broker and controller in one) in a child JVM on free ports of 127.0.0.1. Its data outlives
 * it: a later start in the same folder finds every topic again, on the same port where that is still free. The child
 * never outlives this process, even one that is killed. Safe for use by many threads.
 */
public final class LocalBroker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalBroker.class);

    /**
     * How long a broker that starts may do nothing at all. After a crash the old registration must expire and the log is
     * read again: 5 to 17 s on an idle machine.
     */
    private static final Duration QUIET_LIMIT = Duration.ofMinutes(2);

    private static final Duration NEWS_EVERY = Duration.ofSeconds(20);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final int PORT_ATTEMPTS = 3;

    private final BrokerFolder folder;
    private final Ports ports;
    private final Process process;
    private volatile boolean askedToEnd;

    private LocalBroker(BrokerFolder folder, Ports ports, Process process) {
        this.folder = folder;
        this.ports = ports;
        this.process = process;
    }

    /**
     * Starts the broker whose data lies under {@code home/kafka}, made if it is not there, and returns when it answers.
     * It writes to {@code home/logs/broker.log}.
     *
     * @throws RefusalException if the folder cannot be used or another broker uses it, the disk is full, or the broker
     *     ends or stays silent while it starts
     */
    public static LocalBroker start(Path home) {
        return start(home, Map.of());
    }

    /** The same with these settings of Kafka's on top of those for a broker that one machine has to itself. */
    public static LocalBroker start(Path home, Map<String, String> settings) {
        BrokerFolder folder = BrokerFolder.claim(home);
        LocalBroker broker = null;
        boolean started = false;
        try {
            for (int attempt = 1; ; attempt++) {
                Ports ports = folder.choosePorts();
                broker = new LocalBroker(folder, ports, launch(folder, ports, settings));
                if (broker.answers()) {
                    LOG.info("local broker started address={} folder={}", broker.bootstrapServers(), home);
                    started = true;
                    return broker;
                }
                // Between choosing a port and opening it, anybody may have taken it.
                if (attempt == PORT_ATTEMPTS || !folder.lastWords().contains("already in use")) {
                    throw new RefusalException(broker.whyItEnded("while it started"));
                }
            }
        } catch (IOException failed) {
            throw new RefusalException("The broker in " + home + " cannot be started: " + FileFault.of(failed), failed);
        } finally {
            if (!started && broker != null) {
                broker.crash();
            } else if (!started) {
                folder.release();
            }
        }
    }

    private static Process launch(BrokerFolder folder, Ports ports, Map<String, String> more) throws IOException {
        Path settings = folder.writeSettings(ports, more);
        // The child works inside its folder, so that no path stands in the settings, where a comma separates.
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = Stream.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms96m",
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1", // it copies bytes; compiling less starts it faster
                        "-XX:+ExitOnOutOfMemoryError",
                        Ending.reportOption(folder.logs()),
                        "-Dlogback.configurationFile=io/streamclr/local/broker/broker-logback.xml",
                        "-Dstreamclr.logs=" + folder.logs(),
                        "-cp",
                        classPath,
                        BrokerMain.class.getName(),
                        settings.toString())
                .toList();
        return new ProcessBuilder(command)
                .directory(folder.data().getParent().toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.freshOutput().toFile())
                .start();
    }

    /**
     * The same with the settings about its log that it had the last time, so that nothing that was kept is deleted.
     *
     * @throws RefusalException also if no broker ever ran there
     */
    public static LocalBroker startAgain(Path home) {
        return start(home, BrokerFolder.logSettingsOf(home));
    }

    /** Completes when the broker's process ends, for whatever reason. */
    public CompletableFuture<Process> ended() {
        return process.onExit();
    }

    /** Host and port, such as {@code 127.0.0.1:41234}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + ports.broker();
    }

    /** What the broker's process has computed since its start; nothing where the operating system does not say. */
    public Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** One sentence on why the broker ended, once it has although nobody asked for that; empty while all is well. */
    public Optional<String> trouble() {
        return askedToEnd || process.isAlive() ? Optional.empty() : Optional.of(whyItEnded("by itself"));
    }

    private String whyItEnded(String when) {
        return folder.whyItEnded(when, process.exitValue(), process.pid());
    }

    /** Stops the broker as an operator would, and kills it if it does not listen. Closing twice does no harm. */
    @Override
    public void close() {
        askedToEnd = true;
        process.destroy();
        if (!endsWithin(STOP_LIMIT)) {
            LOG.warn("local broker does not stop and is killed address={}", bootstrapServers());
            crash();
        }
        folder.release();
    }

    /** Kills the broker as a power cut would, for tests of what survives that. */
    public void crash() {
        askedToEnd = true;
        process.destroyForcibly();
        endsWithin(STOP_LIMIT);
        folder.release();
    }

    /** False if the broker ended instead. */
    private boolean answers() {
        StartWatch watch = new StartWatch();
        while (!portIsOpen()) {
            if (endsWithin(Duration.ofMillis(20))) {
                return false;
            }
            watch.look();
        }
        // The port opens about half a second before the broker is of use.
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            KafkaFuture<?> nodes = admin.describeCluster().nodes();
            while (!isDone(nodes)) {
                if (!process.isAlive()) {
                    return false;
                }
                watch.look();
            }
        }
        return true;
    }

    private boolean portIsOpen() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.broker()), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private boolean isDone(KafkaFuture<?> answer) {
        try {
            answer.get(100, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException silent) {
            throw new RefusalException("The broker in " + folder.home() + " does not answer: " + silent.getMessage()
                    + "; see " + folder.log());
        } catch (InterruptedException stop) {
            throw interrupted(stop);
        }
    }

    /** Looks on while the broker starts, and says now and then what it does. */
    private final class StartWatch {

        private final long begin = System.nanoTime();
        private final StartProgress progress = new StartProgress(QUIET_LIMIT, begin);
        private long saidAt = begin;

        void look() {
            long now = System.nanoTime();
            if (!progress.isWorthWaiting(now, folder.writtenBytes(), processorTime())) {
                throw new RefusalException(
                        "The broker in " + folder.home() + " does not answer and has done nothing for "
                                + QUIET_LIMIT.toSeconds() + " s; its last words in " + folder.log() + " are: "
                                + folder.lastWords());
            }
            if (now - saidAt >= NEWS_EVERY.toNanos()) {
                saidAt = now;
                LOG.warn(
                        "The broker in {} is still starting after {} s of which it computed {}; its newest line is: {}",
                        folder.home(),
                        Duration.ofNanos(now - begin).toSeconds(),
                        processorTime().toSeconds(),
                        folder.lastWords());
            }
        }
    }

    private boolean endsWithin(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            throw interrupted(stop);
        }
    }

    private IllegalStateException interrupted(InterruptedException stop) {
        process.destroyForcibly();
        folder.release();
        Thread.currentThread().interrupt();
        return new IllegalStateException("Interrupted while waiting for the broker; it was killed", stop);
    }
}
