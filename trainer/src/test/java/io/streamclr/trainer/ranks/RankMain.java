package io.streamclr.trainer.ranks;

import io.streamclr.schemas.RefusalException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** A rank that exchanges something with the others until one is gone, and says then why. */
final class RankMain {

    private static final Duration SILENCE = Duration.ofSeconds(10);
    private static final int BYTES = 100_000;

    private RankMain() {}

    /** @param arguments rank, ranks, host and port of rank 0 */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[3]);
        Launch launch = new Launch(
                Integer.parseInt(arguments[0]),
                Integer.parseInt(arguments[1]),
                arguments[2],
                port,
                0,
                Optional.empty());
        try (Collective ranks = Rendezvous.join(launch, Duration.ofMinutes(1), SILENCE)) {
            System.out.println("joined");
            for (long round = 1; ; round++) {
                ranks.gather(ByteBuffer.allocate(BYTES), BYTES);
                if (round == 100) {
                    System.out.println("exchanging");
                }
            }
        } catch (RefusalException lost) {
            System.out.println(lost.getMessage());
            System.exit(lost.exitCode());
        }
    }
}
