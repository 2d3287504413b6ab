package io.streamclr.local.experiment;

import io.streamclr.schemas.RefusalException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody asks of an experiment; the plan follows from it.
 *
 * @param data images to learn from, and with their labels to fit probes on
 * @param test other labelled images, to measure on
 * @param pairs view pairs that a usual run is trained on
 * @param seeds how often each run is done, each time with another seed, from 1 on
 * @param images how many of {@code data} are learned from
 * @param measured how many of {@code data} and of {@code test} are measured on, at most
 * @param minutes the experiment is to last no longer; 0 for no bound
 * @param own options that its experiment alone takes, as they were given, by their names without dashes
 */
public record ExperimentSettings(
        String data,
        String test,
        long pairs,
        int seeds,
        int images,
        int measured,
        int minutes,
        Map<String, String> own) {

    private static final long MOST_PAIRS = 1_000_000_000L;
    private static final int MOST_IMAGES = 10_000_000;

    /** @throws RefusalException if a value makes no sense */
    public ExperimentSettings {
        own = Collections.unmodifiableMap(new LinkedHashMap<>(own));
        require("--budget-pairs", pairs, 1_000, MOST_PAIRS, "40000 is usual");
        require("--seeds", seeds, 1, 100, "2 or 3 are usual");
        require("--images", images, 100, MOST_IMAGES, "20000 is usual");
        require("--measured", measured, 100, MOST_IMAGES, "10000 is usual");
        require("--minutes", minutes, 0, 100_000, "0 sets no bound");
    }

    /** Of an experiment that has no options of its own, or is done without them. */
    public ExperimentSettings(String data, String test, long pairs, int seeds, int images, int measured, int minutes) {
        this(data, test, pairs, seeds, images, measured, minutes, Map.of());
    }

    /** An option that the experiment alone takes; empty if it was not given. */
    Optional<String> own(String option) {
        return Optional.ofNullable(own.get(option));
    }

    /** The items of an option that takes several, separated by commas, or the usual ones. */
    List<String> listed(String option, List<String> usual) {
        return own(option)
                .map(items -> Arrays.stream(items.split(",", -1))
                        .map(String::strip)
                        .distinct()
                        .toList())
                .orElse(usual);
    }

    /**
     * The numbers of an option that takes several, separated by commas, or the usual ones.
     *
     * @throws RefusalException if one is no whole number in these bounds
     */
    List<Integer> numbers(String option, List<Integer> usual, int least, int most) {
        return listed(option, usual.stream().map(String::valueOf).toList()).stream()
                .map(item -> {
                    if (!item.matches("[0-9]{1,9}")
                            || Integer.parseInt(item) < least
                            || Integer.parseInt(item) > most) {
                        throw RefusalException.ofUsage("--" + option + " has '" + item
                                + "', but takes whole numbers from " + least + " to " + most
                                + ", separated by commas");
                    }
                    return Integer.valueOf(item);
                })
                .toList();
    }

    /** Labelled images that go with images to learn from, to measure on. */
    String testOf(String learned) {
        return own(TransferExperiment.OTHER)
                .filter(learned::equals)
                .flatMap(other -> own(TransferExperiment.OTHER_TEST))
                .orElse(test);
    }

    private static void require(String option, long value, long least, long most, String usual) {
        if (value < least || value > most) {
            throw RefusalException.ofUsage(
                    option + " is " + value + ", but must be from " + least + " to " + most + "; " + usual);
        }
    }
}
