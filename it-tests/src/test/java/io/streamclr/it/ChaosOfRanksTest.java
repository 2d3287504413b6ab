package io.streamclr.it;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As {@link ChaosTest}, with a trainer of two ranks, one of which is killed now and then. */
class ChaosOfRanksTest {

    @TempDir
    Path folder;

    @Test
    void noImageIsMissingOrTrainedTwiceAndNoByteDiffersWhicheverRankIsKilled() throws Exception {
        // Of each partition one image in 101 is bad, so that both ranks have equally many good ones.
        int images = Integer.getInteger("chaos.ranks.images", 2_020);

        new ChaosRun(images, 50, Integer.getInteger("chaos.ranks.kills", 3), 1, false, 2).requireNoTrace(folder);
    }
}
