package io.streamclr.it;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As {@link ChaosTest}, with a job that writes in transactions; {@link ClusterTest} is its smaller form. */
class ChaosInTransactionsTest {

    @TempDir
    Path folder;

    @Test
    @Tag("long")
    void noImageIsMissingOrWrittenTwiceAndNoByteDiffersWhateverIsKilled() throws Exception {
        try (ChaosKafka kafka = ChaosKafka.ofOneBroker(folder)) {
            new ChaosRun(4_000, 33, 4, 0, true).requireNoTrace(folder, kafka, "chaos");
        }
    }
}
