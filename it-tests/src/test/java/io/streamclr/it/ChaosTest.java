package io.streamclr.it;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Broker, JobManager, TaskManagers and trainer, each a process, are killed and started again while images flow through
 * them; then the books are read. The profile {@code chaos} runs it long.
 */
class ChaosTest {

    @TempDir
    Path folder;

    @Test
    void noImageIsMissingOrTrainedTwiceAndNoByteDiffersWhateverIsKilled() throws Exception {
        Integer images = Integer.getInteger("chaos.images");
        ChaosRun run = images == null
                ? new ChaosRun(8_000, 66, 6, 0, false, 1)
                : new ChaosRun(
                        images,
                        Integer.getInteger("chaos.batch"),
                        Integer.getInteger("chaos.kills"),
                        Integer.getInteger("chaos.trainer-kills"),
                        Boolean.getBoolean("chaos.exactly-once"),
                        1);

        run.requireNoTrace(folder);
    }
}
