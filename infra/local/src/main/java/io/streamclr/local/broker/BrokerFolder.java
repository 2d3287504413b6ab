package io.streamclr.local.broker;

import io.streamclr.console.guard.Ending;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The folder of one broker: who may use it, where things lie in it, and what the broker said last. */
final class BrokerFolder {

    /** Kafka stops hard when a disk fills, so a start on a nearly full one is refused. */
    private static final long FREE_BYTES_NEEDED = 256L << 20;

    /** Less than this is nothing to work with. */
    private static final long FULL_BYTES = 1L << 20;

    private static final Duration ORPHAN_LIMIT = Duration.ofSeconds(30);
    /** A process whose guard was killed ends as soon as it notices. */
    private static final Duration GUARDED_LIMIT = Duration.ofSeconds(5);

    private static final int LAST_WORDS_BYTES = 64 << 10;

    /** Folders that this JVM uses: file locks only tell processes apart. */
    private static final Set<Path> IN_USE_HERE = ConcurrentHashMap.newKeySet();

    private final Path home;
    private final FileChannel claim;

    private BrokerFolder(Path home, FileChannel claim) {
        this.home = home;
        this.claim = claim;
    }

    /** @throws RefusalException if the folder cannot be used, or another process uses it */
    static BrokerFolder claim(Path home) {
        Path folder = home.toAbsolutePath().normalize();
        try {
            Files.createDirectories(folder.resolve("kafka"));
            Files.createDirectories(folder.resolve("logs"));
            requireSpace(folder, Files.getFileStore(folder).getUsableSpace());
        } catch (IOException unusable) {
            throw new RefusalException(
                    "The folder " + home + " cannot be used for a broker (" + FileFault.of(unusable)
                            + "); choose another with --home",
                    unusable);
        }
        if (!IN_USE_HERE.add(folder)) {
            throw inUse(folder);
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(claimFile(folder), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            awaitLock(channel, GUARDED_LIMIT, folder);
            FolderUser.here().writeInto(channel);
            BrokerFolder claimed = new BrokerFolder(folder, channel);
            claimed.awaitOrphan();
            return claimed;
        } catch (IOException unusable) {
            giveUp(folder, channel);
            throw new RefusalException(
                    "The folder " + home + " cannot be locked (" + FileFault.of(unusable)
                            + "); choose one on a local disk with" + " --home",
                    unusable);
        } catch (RuntimeException refused) {
            giveUp(folder, channel);
            throw refused;
        }
    }

    private static void giveUp(Path folder, FileChannel channel) {
        IN_USE_HERE.remove(folder);
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException unclear) {
                throw new IllegalStateException("The lock of " + folder + " cannot be given back", unclear);
            }
        }
    }

    static void requireSpace(Path folder, long usableBytes) {
        if (usableBytes < FREE_BYTES_NEEDED) {
            throw new RefusalException("The disk of " + folder + " has " + (usableBytes >> 20)
                    + " MiB left, but a broker needs " + (FREE_BYTES_NEEDED >> 20)
                    + " MiB to start; free some, or choose another folder with --home");
        }
    }

    private static RefusalException inUse(Path folder) {
        return new RefusalException("The folder " + folder + " is in use by another running StreamCLR; stop that one,"
                + " or choose another folder with --home");
    }

    private static RefusalException inUse(Path folder, FolderUser user) {
        String broker = Ports.readIfTaken(portsFile(folder))
                .map(ports -> ", with Kafka at 127.0.0.1:" + ports.broker())
                .orElse("");
        return new RefusalException("The folder " + folder + " is in use by " + user.words() + broker
                + "; stop that with Ctrl-C or 'kill " + user.pid() + "', or choose another folder with --home");
    }

    private static Path claimFile(Path folder) {
        return folder.resolve("kafka/in-use");
    }

    private static Path portsFile(Path folder) {
        return folder.resolve("kafka/ports");
    }

    /** The broker of a process that was killed needs a moment to notice and to end. */
    private void awaitOrphan() throws IOException {
        Path kafkasOwn = data().resolve(".lock");
        if (!Files.exists(kafkasOwn)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(kafkasOwn, StandardOpenOption.WRITE)) {
            awaitLock(channel, ORPHAN_LIMIT, home);
        }
    }

    /** Locks a file that somebody who is about to end may still hold; of one who is not, nothing is to be waited for. */
    private static void awaitLock(FileChannel channel, Duration most, Path folder) throws IOException {
        long deadline = System.nanoTime() + most.toNanos();
        try {
            for (FileLock lock = channel.tryLock(); lock == null; lock = channel.tryLock()) {
                Optional<FolderUser> user = FolderUser.in(claimFile(folder)).filter(FolderUser::stays);
                if (user.filter(other -> other.pid() != ProcessHandle.current().pid())
                        .isPresent()) {
                    throw inUse(folder, user.get());
                }
                if (System.nanoTime() > deadline) {
                    throw inUse(folder);
                }
                Thread.sleep(100);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for another process to end", stop);
        }
    }

    /** Gives the folder to whoever wants it next. Releasing twice does no harm. */
    void release() {
        if (claim.isOpen()) {
            giveUp(home, claim);
        }
    }

    Path home() {
        return home;
    }

    Path data() {
        return home.resolve("kafka/data");
    }

    Path logs() {
        return home.resolve("logs");
    }

    /** What the broker writes there it keeps within bounds. */
    Path log() {
        return logs().resolve("broker.log");
    }

    /** What Java itself says, of a heap that it cannot have for example. */
    private Path output() {
        return logs().resolve("broker.out");
    }

    /** How much the broker of now has said. */
    long writtenBytes() {
        return Stream.of(output(), log()).mapToLong(BrokerFolder::size).sum();
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException notYet) {
            return 0;
        }
    }

    /** Whether a broker has run in a folder. */
    static boolean holdsData(Path home) {
        return Files.isRegularFile(home.resolve("kafka/data/meta.properties"));
    }

    /** Kafka's settings about the log of the last start in a folder, where there was one. */
    static Map<String, String> logSettingsOf(Path home) {
        if (!holdsData(home)) {
            throw new RefusalException("No broker has run in " + home + "; give the folder of one with --home");
        }
        Properties last = new Properties();
        Path file = home.resolve("kafka/server.properties");
        if (Files.exists(file)) {
            try (Reader text = Files.newBufferedReader(file)) {
                last.load(text);
            } catch (IOException | IllegalArgumentException unreadable) {
                throw new RefusalException(
                        "The broker's settings " + file + " cannot be read (" + FileFault.of(unreadable)
                                + "); delete that file for the usual ones",
                        unreadable);
            }
        }
        return last.stringPropertyNames().stream()
                .filter(name -> name.startsWith("log.") && !name.equals("log.dirs"))
                .collect(Collectors.toMap(name -> name, last::getProperty));
    }

    /** Makes room for the words of a new start; those of the start before are kept beside them. */
    Path freshOutput() throws IOException {
        if (Files.exists(log())) {
            Files.move(log(), logs().resolve("broker.previous.log"), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.deleteIfExists(output());
        return output();
    }

    /** The ports of the last start where they are free, others otherwise; remembered for the next start. */
    Ports choosePorts() throws IOException {
        Path memory = portsFile(home);
        Ports ports = Ports.readIfFree(memory).orElse(null);
        if (ports == null) {
            ports = Ports.free();
            ports.write(memory);
        }
        return ports;
    }

    /** Writes Kafka's settings, and more on top. All paths in them are relative to the folder {@code kafka}. */
    Path writeSettings(Ports ports, Map<String, String> more) throws IOException {
        String broker = "PLAINTEXT://127.0.0.1:" + ports.broker();
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@127.0.0.1:" + ports.controller(),
                "log.dirs", data().getFileName().toString(),
                "listeners", broker + ",CONTROLLER://127.0.0.1:" + ports.controller(),
                "advertised.listeners", broker,
                "controller.listener.names", "CONTROLLER",
                "inter.broker.listener.name", "PLAINTEXT",
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "auto.create.topics.enable", "false"));
        settings.putAll(Map.of( // one broker keeps one copy
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "4",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "group.initial.rebalance.delay.ms", "0",
                "transaction.max.timeout.ms", "3600000"));
        settings.putAll(Map.of(
                "message.max.bytes", "10485760", // above what our topics take, and they set their own limit
                "replica.fetch.max.bytes", "10485760",
                "socket.receive.buffer.bytes", "-1", // the operating system's choice: a request of images is megabytes
                "socket.send.buffer.bytes", "-1",
                "log.cleaner.dedupe.buffer.size", "4194304", // 128 MiB of heap otherwise
                "num.network.threads", "2",
                "num.io.threads", "4",
                "broker.session.timeout.ms", "3000", // how long a start after a crash waits for the old registration
                "broker.heartbeat.interval.ms", "500",
                "metadata.max.idle.interval.ms", "10000")); // twice a second otherwise, with nobody who follows
        // Topics that are kept for good say so; of the others a partition keeps the newest gibibyte on this machine. It
        // is
        // looked at often: in five minutes, as Kafka has it, a job draws gigabytes more.
        settings.putAll(Map.of(
                "log.retention.bytes", "1073741824",
                "log.segment.bytes", "134217728",
                "log.retention.check.interval.ms", "10000",
                "log.segment.delete.delay.ms", "5000"));
        settings.putAll(more);
        Path file = home.resolve("kafka/server.properties");
        try (Writer text = Files.newBufferedWriter(file)) {
            settings.store(text, "Written at every start");
        }
        return file;
    }

    /** One sentence on why the broker ended. */
    String whyItEnded(String when, int exitCode, long pid) {
        String words = lastWords();
        if (words.contains("Failed to acquire lock")) {
            return inUse(home).getMessage();
        }
        // A full disk takes no last words either.
        if (words.contains("No space left on device") || diskIsFull()) {
            return "The broker ended " + when + " because the disk of " + home
                    + " is full; free some, then start again: it keeps what it acknowledged";
        }
        if (words.contains("Read-only file system") || !Files.isWritable(logs())) {
            return "The broker ended " + when + " because the disk of " + home
                    + " is read-only; look at that disk, then start again: it keeps what it acknowledged";
        }
        Optional<Ending> signal = Ending.of(exitCode, pid, logs());
        if (signal.isPresent()) {
            return "The broker in " + home + " " + signal.get().words() + "; it keeps what it acknowledged"
                    + signal.get()
                            .report()
                            .map(file -> ", and Java's report is " + file)
                            .orElse("");
        }
        return "The broker in " + home + " ended " + when + "; its last words in " + log() + " are: " + words;
    }

    private boolean diskIsFull() {
        try {
            return Files.getFileStore(home).getUsableSpace() < FULL_BYTES;
        } catch (IOException unknown) {
            return false;
        }
    }

    /** The newest error in the log with its cause, or else the newest line. */
    String lastWords() {
        List<String> lines;
        try {
            lines = Stream.of(output(), log())
                    .filter(Files::exists)
                    .flatMap(file -> tail(file).lines())
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("at ") && !line.startsWith("..."))
                    .toList();
        } catch (UncheckedIOException unreadable) {
            return "(the log cannot be read: " + FileFault.of(unreadable) + ")";
        }
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (lines.get(i).contains(" ERROR ")) {
                return String.join(" ", lines.subList(i, Math.min(i + 3, lines.size())));
            }
        }
        return lines.isEmpty() ? "(nothing)" : lines.get(lines.size() - 1);
    }

    private static String tail(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long from = Math.max(0, channel.size() - LAST_WORDS_BYTES);
            ByteBuffer tail = ByteBuffer.allocate((int) (channel.size() - from));
            channel.read(tail, from);
            return new String(tail.array(), 0, tail.position(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
