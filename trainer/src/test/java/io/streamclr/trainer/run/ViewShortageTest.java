package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ViewShortageTest {

    private static final long LONG = ViewShortage.PATIENCE.toNanos();

    @Test
    void fewerViewsThanABatchAreNamedWithTheBatchThatTheyWouldFill() {
        Optional<String> reported = after(3, "--batch-size", "512", "--block", "16");

        assertThat(reported)
                .contains("Run few waits for views: it shuffles 16 batches of 512 fresh pairs together, which takes"
                        + " 8192, and topic views has 3 for that and got no more in 45 s; have more rendered (streamclr"
                        + " augment with more images, --passes or --ahead, or with --follow), or begin another run with --batch-size 3"
                        + " --block 1");
    }

    @Test
    void fewerViewsThanABlockAreNamedWithTheBlockThatTheyWouldFill() {
        Optional<String> reported = after(300, "--batch-size", "128", "--block", "16");

        assertThat(reported)
                .hasValueSatisfying(words -> assertThat(words).endsWith(", or begin another run with --block 2"));
    }

    @Test
    void noViewsAtAllAreNamedWithoutABatchThatWouldFit() {
        Optional<String> reported = after(0, "--batch-size", "128", "--block", "16");

        assertThat(reported).hasValueSatisfying(words -> assertThat(words).endsWith("or with --follow)"));
    }

    @Test
    void viewsThatKeepComingAreWaitedForInSilence() {
        ViewShortage scarcity = scarcity("--batch-size", "128");

        for (int ready = 0; ready < 100; ready++) {
            assertThat(scarcity.look(ready, ready * (LONG - 1))).isEmpty();
        }
    }

    @Test
    void itIsSaidOnceForEachTimeThatItComesToThat() {
        ViewShortage scarcity = scarcity("--batch-size", "128");
        List<Long> reported = new ArrayList<>();

        for (long moment = 0; moment < 10; moment++) {
            int ready = moment < 5 ? 7 : 8;
            long now = moment;
            scarcity.look(ready, moment * LONG).ifPresent(words -> reported.add(now));
        }

        assertThat(reported).containsExactly(1L, 6L);
    }

    private static Optional<String> after(int ready, String... options) {
        ViewShortage scarcity = scarcity(options);
        scarcity.look(ready, 0);
        return scarcity.look(ready, LONG);
    }

    private static ViewShortage scarcity(String... options) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", "none:1", "--run", "few"));
        all.addAll(List.of(options));
        return new ViewShortage(SmallRuns.config(all.toArray(String[]::new)));
    }
}
