package io.streamclr.it;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As {@link ChaosTest}, with a job that writes in transactions. */
class ChaosInTransactionsTest {

    @TempDir
    Path folder;

    @Test
    @Tag("long") // at every build, SameViewsTest stops such a job and goes on
    void noImageIsMissingOrWrittenTwiceAndNoByteDiffersWhateverIsKilled() throws Exception {
        new ChaosRun(4_000, 33, 4, 0, true, 1).requireNoTrace(folder);
    }
}
