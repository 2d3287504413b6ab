package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.ranks.Collective;
import io.streamclr.trainer.ranks.InProcessRanks;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RankAgreementTest {

    @Test
    void whoStopsBeforeAStepHasThoseHearItWhoStillWaitForViews() throws Exception {
        List<Collective> ranks = InProcessRanks.of(2);
        CountDownLatch heard = new CountDownLatch(1);
        ranks.get(1).whenAskedToStop(heard::countDown);
        CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(() -> goOn(ranks.get(0), false));

        heard.await();

        assertThat(goOn(ranks.get(1), true)).isFalse();
        assertThat(first.get()).isFalse();
    }

    private static boolean goOn(Collective rank, boolean mine) {
        try {
            return new RankAgreement(rank).goOn(mine);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
