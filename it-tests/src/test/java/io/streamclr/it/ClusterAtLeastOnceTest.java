package io.streamclr.it;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As {@link ClusterTest}, with a job that writes some views again when it is restarted. */
class ClusterAtLeastOnceTest {

    @TempDir
    Path folder;

    @Test
    @Tag("long")
    void processesAreLostUnderLoadAndABrokerComesBackAndNothingIsMissingOrTwiceOrDifferent() throws Exception {
        try (KafkaCluster kafka = KafkaCluster.start(folder.resolve("kafka"))) {
            new ChaosRun(4_000, 33, 4, 0, false).requireNoTrace(folder, kafka, "first", "second");
        }
    }
}
