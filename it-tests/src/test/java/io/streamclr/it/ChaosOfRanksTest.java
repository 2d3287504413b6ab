package io.streamclr.it;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As {@link ChaosTest}, with a trainer of two ranks, one of which is killed now and then. */
class ChaosOfRanksTest {

    @TempDir
    Path folder;

    @Test
    @Tag("long") // ranks that are killed at every build are those of RankedRunTest
    void noImageIsMissingOrTrainedTwiceAndNoByteDiffersWhicheverRankIsKilled() throws Exception {
        // Of each partition one image in 101 is bad, so that both ranks have equally many good ones.
        int images = Integer.getInteger("chaos.ranks.images", 20_200);

        new ChaosRun(images, 50, Integer.getInteger("chaos.ranks.kills", 5), 1, false, 2).requireNoTrace(folder);
    }
}
