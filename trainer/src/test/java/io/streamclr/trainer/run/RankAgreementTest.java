package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.ranks.Collective;
import io.streamclr.trainer.ranks.InProcessRanks;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.Feeding;
import io.streamclr.trainer.views.Mix;
import io.streamclr.trainer.views.ViewShape;
import java.util.ArrayList;
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

    @Test
    void weightsThatDifferEndAllAfterTheFirstStep() throws Exception {
        List<CompletableFuture<Throwable>> failures = new ArrayList<>();
        for (Collective rank : InProcessRanks.of(2)) {
            RankAgreement agreement = new RankAgreement(rank);
            failures.add(CompletableFuture.supplyAsync(
                    () -> catchThrowable(() -> agreement.compare(7, () -> digest(rank.rank())))));
        }

        for (CompletableFuture<Throwable> failure : failures) {
            assertThat(failure.get())
                    .isInstanceOf(RefusalException.class)
                    .hasMessageStartingWith("The weights of rank 1 differ from those of rank 0 after step 7, as where");
        }
    }

    @Test
    void weightsAreComparedNowAndThen() throws Exception {
        List<CompletableFuture<List<Long>>> compared = new ArrayList<>();
        for (Collective rank : InProcessRanks.of(2)) {
            compared.add(CompletableFuture.supplyAsync(() -> compared(new RankAgreement(rank))));
        }

        for (CompletableFuture<List<Long>> steps : compared) {
            assertThat(steps.get()).containsExactly(7L, 200L, 400L);
        }
    }

    @Test
    void viewsOfDifferentKindsAreRefused() {
        FeedPosition first = position(new ViewShape("1f", "", 8, 8));

        assertThatThrownBy(() -> RankAgreement.requireOneKind(List.of(first, position(new ViewShape("2e", "", 8, 8)))))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith(
                        "Rank 1 read views of recipe 2e and 8x8 pixels, and rank 0 of recipe 1f and 8x8 pixels, so");
        assertThatCode(() -> RankAgreement.requireOneKind(List.of(first, position(new ViewShape("1f", "cifar", 8, 8)))))
                .doesNotThrowAnyException();
    }

    private static FeedPosition position(ViewShape shape) {
        return new FeedPosition(new Feeding("run", 1, 2, 4, Mix.FRESH), 2, 0, shape, List.of(), List.of());
    }

    private static List<Long> compared(RankAgreement agreement) {
        List<Long> steps = new ArrayList<>();
        for (long step = 7; step <= 500; step++) {
            long now = step;
            try {
                agreement.compare(step, () -> {
                    steps.add(now);
                    return digest(0);
                });
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        }
        return steps;
    }

    private static byte[] digest(int of) {
        byte[] digest = new byte[32];
        digest[31] = (byte) of;
        return digest;
    }

    private static boolean goOn(Collective rank, boolean mine) {
        try {
            return new RankAgreement(rank).goOn(mine);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
