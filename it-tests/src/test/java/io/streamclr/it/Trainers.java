package io.streamclr.it;

import io.streamclr.it.SmallSystem.TrainingPlan;
import io.streamclr.schemas.topic.KafkaConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The trainer of a run: one process, or one for each of its ranks, which a launcher would start together. */
final class Trainers {

    /** Whoever is left when a rank is killed notices at once, and ends. */
    private static final Duration TO_END = Duration.ofSeconds(60);

    private final List<OwnJvm> ranks;

    private Trainers(List<OwnJvm> ranks) {
        this.ranks = ranks;
    }

    /** Starts them. @param count of ranks, 1 for a run of one process */
    static Trainers start(KafkaConnection kafka, String run, TrainingPlan training, Path checkpoints, int count)
            throws IOException {
        List<OwnJvm> ranks = new ArrayList<>();
        int port = freePort();
        for (int rank = 0; rank < count; rank++) {
            Map<String, String> launch = count == 1
                    ? Map.of()
                    : Map.of(
                            "RANK", Integer.toString(rank),
                            "LOCAL_RANK", Integer.toString(rank),
                            "WORLD_SIZE", Integer.toString(count),
                            "MASTER_ADDR", "127.0.0.1",
                            "MASTER_PORT", Integer.toString(port));
            ranks.add(SmallSystem.startTrainer(kafka, run, training, checkpoints, launch));
        }
        return new Trainers(ranks);
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    /** Kills one of them, and waits until the others have noticed. @param number of the kill, which chooses the rank */
    void lose(int number) throws InterruptedException {
        OwnJvm lost = ranks.get(number % ranks.size());
        lost.kill();
        for (OwnJvm other : ranks) {
            if (!other.endsWithin(TO_END)) {
                throw new AssertionError("A rank goes on although another was killed: " + other.lastWords());
            }
            if (other.exitCode() == 0) {
                throw new AssertionError("A rank ended with 0 although another was killed: " + other.lastWords());
            }
        }
    }

    boolean isAlive() {
        return ranks.stream().allMatch(OwnJvm::isAlive);
    }

    void awaitEnd(Duration most) throws InterruptedException {
        for (OwnJvm rank : ranks) {
            rank.awaitEnd(most);
        }
    }

    /** Of the first that failed; 0 if none did. All have ended, or are about to. */
    int exitCode() throws InterruptedException {
        int code = 0;
        for (OwnJvm rank : ranks) {
            rank.awaitEnd(TO_END);
            code = code == 0 ? rank.exitCode() : code;
        }
        return code;
    }

    /** Whether they gave up because no broker answered one of them in time, as one that begins again on a busy machine may not. */
    boolean foundNoBroker() throws InterruptedException {
        return exitCode() != 0
                && ranks.stream().anyMatch(rank -> rank.lastLine().startsWith("streamclr: No Kafka broker answers"));
    }

    void kill() {
        ranks.forEach(OwnJvm::kill);
    }

    /** The last lines that each wrote. */
    String lastWords() {
        return String.join("\n", ranks.stream().map(OwnJvm::lastWords).toList());
    }
}
