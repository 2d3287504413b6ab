package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training process holds must not grow, or it does not run for weeks. */
class MemoryTest {

    private static final double MOST_GROWTH = 0.01;

    @TempDir
    private static Path home;

    private static SmallRuns runs;

    /** @param kilobytes resident; @param arrays open between two steps */
    private record Held(long kilobytes, long arrays) {}

    @BeforeAll
    static void startABrokerWithViews() throws Exception {
        runs = SmallRuns.start(2_001 * SmallRuns.BATCH);
    }

    @AfterAll
    static void stopTheBroker() {
        runs.close();
    }

    @Test
    void residentSizeAndOpenArraysStayAsTheyAre() throws Exception {
        requireFlat(200, 600);
    }

    @Test
    @Tag("long")
    void residentSizeAndOpenArraysStayAsTheyAreForTwoThousandSteps() throws Exception {
        requireFlat(200, 2_000);
    }

    private void requireFlat(int from, int to) throws Exception {
        Map<Integer, Held> held = held(to);
        Held begin = held.get(from);
        Held end = held.get(to);
        System.out.println("Memory: step " + from + ": " + begin + ", step " + to + ": " + end);

        assertThat(held.entrySet().stream()
                        .filter(step -> step.getKey() >= from)
                        .map(step -> step.getValue().arrays()))
                .containsOnly(begin.arrays());
        assertThat((double) end.kilobytes()).isLessThan((1 + MOST_GROWTH) * begin.kilobytes());
    }

    /** By step. The heap is touched from the start, so that what grows is native. */
    private static Map<Integer, Held> held(int steps) throws Exception {
        Path figures = home.resolve("held-" + steps);
        Path log = home.resolve("memory.log");
        List<String> arguments = new ArrayList<>(List.of(figures.toString()));
        arguments.addAll(Arrays.asList(
                runs.arguments(home, "memory-" + steps, "--steps " + steps + " --save-every 50 --measure-every 20")));
        Process child = SmallRuns.child(
                log,
                MemoryRun.class,
                List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch"),
                arguments.toArray(String[]::new));
        assertThat(child.waitFor()).as(() -> SmallRuns.text(log)).isZero();
        Map<Integer, Held> held = new LinkedHashMap<>();
        for (String line : Files.readAllLines(figures)) {
            String[] words = line.split(" ", -1);
            held.put(Integer.valueOf(words[0]), new Held(Long.parseLong(words[1]), Long.parseLong(words[2])));
        }
        return held;
    }
}
