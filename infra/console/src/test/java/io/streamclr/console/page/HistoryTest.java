package io.streamclr.console.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HistoryTest {

    private final History history = new History();

    @Test
    void aNewViewerIsGivenWholeCurvesAndThenOnlyWhatIsNew() {
        history.add("step/loss", 1, 5.5);
        history.add("step/loss", 2, 5.25);

        History.News first = history.since(-1);
        history.add("step/loss", 3, 5);
        history.add("gauge/knn", 3, 0.5);
        History.News second = history.since(first.upTo());
        History.News third = history.since(second.upTo());

        assertThat(first.whole()).isTrue();
        assertThat(first.curves().toString()).isEqualTo("{\"step/loss\":[[1.0,2.0],[5.5,5.25]]}");
        assertThat(second.whole()).isFalse();
        assertThat(second.curves().toString()).isEqualTo("{\"step/loss\":[[3.0],[5.0]],\"gauge/knn\":[[3.0],[0.5]]}");
        assertThat(third.curves()).isEmpty();
    }

    @Test
    void aViewerThatIsFarBehindIsGivenWholeCurvesAgain() {
        history.add("step/loss", 1, 1);
        History.News before = history.since(-1);
        for (int curve = 0; curve < 10; curve++) {
            for (int i = 0; i < 1_000; i++) {
                history.add("gauge/" + curve, i, i);
            }
        }

        History.News after = history.since(before.upTo());

        assertThat(after.whole()).isTrue();
        assertThat(after.curves()).hasSize(11);
    }

    @Test
    void stepsThatAreTrainedAgainReplaceWhatWasThereForEveryViewer() {
        history.add("step/loss", 1, 5);
        history.add("step/loss", 2, 4);
        history.add("step/loss", 3, 3);
        History.News before = history.since(-1);

        history.add("step/loss", 2, 4.5);
        History.News after = history.since(before.upTo());

        assertThat(after.whole()).isTrue();
        assertThat(after.curves().toString()).isEqualTo("{\"step/loss\":[[1.0,2.0],[5.0,4.5]]}");
    }
}
