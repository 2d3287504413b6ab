package io.streamclr.trainer.ranks;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Starts the ranks of a run as processes of this machine, each by the command line of this one, and waits for them. They
 * meet on the loopback interface, with a secret that is made for them.
 */
public final class LocalRanks implements AutoCloseable {

    /** After the first has failed: the others hear of it within seconds, and rank 0 may save before it ends. */
    private static final Duration TO_END = Duration.ofSeconds(60);

    private static final int SECRET_BYTES = 32;

    private final List<Process> processes = new ArrayList<>();
    private final BlockingQueue<Process> ended = new LinkedBlockingQueue<>();
    private final List<CompletableFuture<Void>> hearing = new ArrayList<>();
    private final Path secret;

    private LocalRanks(Path secret) {
        this.secret = secret;
    }

    /**
     * Starts them.
     *
     * @param ranks 2 or more
     * @param arguments of this process's main class, which are theirs too
     * @throws RefusalException if this machine does not let it
     */
    public static LocalRanks start(int ranks, List<String> arguments) {
        Optional<LocalRanks> begun = Optional.empty();
        try {
            LocalRanks all = new LocalRanks(secret());
            begun = Optional.of(all);
            List<String> command = ownCommand(arguments);
            int port = LoopbackRanks.freePort();
            for (int rank = 0; rank < ranks; rank++) {
                all.start(command, rank, ranks, port);
            }
            return all;
        } catch (IOException refused) {
            begun.ifPresent(LocalRanks::close);
            throw new RefusalException(
                    "The " + ranks + " ranks cannot be started (" + FileFault.of(refused)
                            + "); train with fewer, or have a launcher such as torchrun start them",
                    refused);
        }
    }

    private void start(List<String> command, int rank, int ranks, int port) throws IOException {
        ProcessBuilder one = new ProcessBuilder(command).inheritIO();
        one.environment()
                .putAll(Map.of(
                        "RANK",
                        Integer.toString(rank),
                        "LOCAL_RANK",
                        Integer.toString(rank),
                        "WORLD_SIZE",
                        Integer.toString(ranks),
                        "MASTER_ADDR",
                        InetAddress.getLoopbackAddress().getHostAddress(),
                        "MASTER_PORT",
                        Integer.toString(port),
                        Launch.SECRET_FILE,
                        secret.toString()));
        Process started = one.start();
        processes.add(started);
        hearing.add(started.onExit().thenAccept(ended::add));
    }

    private static Path secret() throws IOException {
        byte[] words = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(words);
        Path file = Files.createTempFile("streamclr-ranks", ".secret");
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        return Files.writeString(file, HexFormat.of().formatHex(words));
    }

    /** How this process runs; what the system says of it may be cut off. */
    private static List<String> ownCommand(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        String main = System.getProperty("sun.java.command").split(" ", 2)[0];
        command.addAll(
                main.endsWith(".jar")
                        ? List.of("-jar", main)
                        : List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(arguments);
        return command;
    }

    /** Asks all of them to stop, with a checkpoint. */
    public void stop() {
        processes.forEach(Process::destroy);
    }

    /**
     * Waits for their end.
     *
     * @return the exit code of the first that failed, or 0
     */
    public int await() throws InterruptedException {
        int code = 0;
        for (int left = processes.size(); left > 0; left--) {
            Process next = code == 0 ? ended.take() : ended.poll(TO_END.toSeconds(), TimeUnit.SECONDS);
            if (next == null) {
                processes.forEach(Process::destroyForcibly);
                return code;
            }
            code = code == 0 ? next.exitValue() : code;
        }
        return code;
    }

    @Override
    public void close() {
        hearing.forEach(each -> each.cancel(false));
        processes.forEach(Process::destroyForcibly);
        try {
            Files.deleteIfExists(secret);
        } catch (IOException kept) {
            secret.toFile().deleteOnExit();
        }
    }
}
