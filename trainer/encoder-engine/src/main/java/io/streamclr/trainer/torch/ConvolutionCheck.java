package io.streamclr.trainer.torch;

import io.streamclr.schemas.RefusalException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the way in which each network of a process is computed: the first, in a fixed order, whose trial by a child process
 * ends with right numbers. No clock is asked, so the same machine takes the same way each time and a run can be made again.
 *
 * <p>The first network of a process chooses among all ways, and limits oneDNN by that for the whole process. One that comes
 * later is computed in the same way if that is right for it, and else in the slowest, which can be had at any time; the
 * networks before it stay as they are.
 */
final class ConvolutionCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ConvolutionCheck.class);

    /** What a trial takes at most, measured with ResNet-50 on images of 224 pixels. */
    private static final String MEMORY = "1.3 GB";

    private final Trial trial;
    private final Verdicts verdicts;
    private final Consumer<ConvolutionWay> limiting;
    private final Map<String, ConvolutionWay> right = new HashMap<>();
    private final Map<String, ConvolutionWay> narrow = new HashMap<>();
    private final Set<String> wrong = new HashSet<>();
    private List<ConvolutionWay> left;
    private Optional<ConvolutionWay> first = Optional.empty();
    private Optional<ConvolutionWay> preferred = Optional.empty();

    /**
     * Why a way is not taken.
     *
     * @param lasting whether it is the way's own; else the trial did not come to its end, which says nothing of the way
     * @param begun the number of convolutions that were tried, the last of which showed it; 0 if that is not known
     */
    record Fault(String what, boolean lasting, int begun) {

        Fault(String what, boolean lasting) {
            this(what, lasting, 0);
        }
    }

    /** Tries convolutions in one way, somewhere where it does no harm. */
    @FunctionalInterface
    interface Trial {

        /** Empty if all numbers are right. */
        Optional<Fault> fault(ConvolutionWay way, int threads, List<Convolution> convolutions);
    }

    /**
     * @param offered to the first network, the preferred way first
     * @param limiting given the way of the first network, before its first convolution
     */
    ConvolutionCheck(List<ConvolutionWay> offered, Trial trial, Verdicts verdicts, Consumer<ConvolutionWay> limiting) {
        this.left = List.copyOf(offered);
        this.trial = trial;
        this.verdicts = verdicts;
        this.limiting = limiting;
    }

    /** Has a way tried before all others, if it is offered and no network came yet. */
    synchronized void prefer(ConvolutionWay way) {
        if (first.isEmpty() && left.contains(way)) {
            left = Stream.concat(Stream.of(way), left.stream()).distinct().toList();
            preferred = Optional.of(way);
        }
    }

    /**
     * The way in which this process computes these convolutions rightly.
     *
     * @throws RefusalException if no way is right, or a trial does not come to its end
     */
    synchronized ConvolutionWay way(int threads, List<Convolution> convolutions) {
        String question = threads + " " + convolutions;
        ConvolutionWay known = right.get(question);
        if (known != null) {
            return known;
        }
        ConvolutionWay way = verdicts.of(left, question).orElseGet(() -> firstRight(threads, convolutions, question));
        boolean chosen = left.size() > 1 && way != ConvolutionWay.FULL && !preferred.equals(Optional.of(way));
        if (chosen && !right.containsValue(way)) {
            LOG.warn(
                    "On this machine PyTorch's fastest convolutions compute wrong numbers or end the process, so {} they"
                            + " are computed {}, which takes longer",
                    first.isPresent() ? "for one more network" : "here",
                    way.words());
        }
        if (first.isEmpty()) {
            limiting.accept(way);
            first = Optional.of(way);
            left = left.size() == 1 ? left : way.andLater();
        }
        right.put(question, way);
        return way;
    }

    /**
     * Whether this machine computes these convolutions in 16 bits rightly in a way that has instructions for them. No way is
     * chosen for the process by that.
     *
     * @throws RefusalException if a trial does not come to its end
     */
    synchronized boolean fastInSixteenBits(int threads, List<Convolution> convolutions) {
        List<ConvolutionWay> fast =
                left.stream().filter(way -> !way.slowInSixteenBits()).toList();
        // The slowest way stands for none of them, so that this is found out once as well.
        List<ConvolutionWay> asked =
                Stream.concat(fast.stream(), Stream.of(ConvolutionWay.OFF)).toList();
        String question = "fast in 16 bits " + threads + " " + convolutions;
        return narrow.computeIfAbsent(
                        question, none -> verdicts.of(asked, question).orElseGet(() -> {
                            ConvolutionWay first = firstRight(fast, threads, convolutions, new ArrayList<>())
                                    .orElse(ConvolutionWay.OFF);
                            verdicts.keep(asked, question, first);
                            return first;
                        }))
                != ConvolutionWay.OFF;
    }

    private ConvolutionWay firstRight(int threads, List<Convolution> convolutions, String question) {
        List<String> faults = new ArrayList<>();
        Optional<ConvolutionWay> found = firstRight(left, threads, convolutions, faults);
        if (found.isPresent()) {
            verdicts.keep(left, question, found.get());
            return found.get();
        }
        throw new RefusalException("This machine does not compute the network's convolutions rightly in any way ("
                + String.join("; ", faults) + "); choose another --precision, --depth or --width, or another machine");
    }

    /** @param faults to which those of the ways before it are added */
    private Optional<ConvolutionWay> firstRight(
            List<ConvolutionWay> ways, int threads, List<Convolution> convolutions, List<String> faults) {
        for (ConvolutionWay way : ways) {
            Optional<Fault> fault = faultOf(way, threads, convolutions);
            if (fault.isEmpty()) {
                return Optional.of(way);
            }
            LOG.info(
                    "convolutions are not right way={} fault={}",
                    way,
                    fault.get().what());
            faults.add(way + ": " + fault.get().what());
        }
        return Optional.empty();
    }

    /**
     * What the way itself does wrong. Whatever begins with the same convolutions goes wrong in the same way, so that is not
     * tried again.
     */
    private Optional<Fault> faultOf(ConvolutionWay way, int threads, List<Convolution> convolutions) {
        for (int begun = 1; begun <= convolutions.size(); begun++) {
            String question = wrong(threads, convolutions.subList(0, begun));
            if (wrong.contains(way + question)
                    || verdicts.of(List.of(way), question).isPresent()) {
                return Optional.of(new Fault("wrong in " + convolutions.get(begun - 1) + " before", true, begun));
            }
        }
        Optional<Fault> fault = tried(way, threads, convolutions);
        fault.filter(each -> each.begun() > 0).ifPresent(each -> {
            String question = wrong(threads, convolutions.subList(0, each.begun()));
            wrong.add(way + question);
            verdicts.keep(List.of(way), question, way);
        });
        return fault;
    }

    private static String wrong(int threads, List<Convolution> first) {
        return "wrong " + threads + " " + first;
    }

    /** A fault that lasts. Another way because of a passing one would train other bits without a word. */
    private Optional<Fault> tried(ConvolutionWay way, int threads, List<Convolution> convolutions) {
        Optional<Fault> fault = trial.fault(way, threads, convolutions);
        if (fault.isPresent() && !fault.get().lasting()) {
            LOG.info(
                    "trial of convolutions again way={} fault={}",
                    way,
                    fault.get().what());
            fault = trial.fault(way, threads, convolutions);
        }
        if (fault.isPresent() && !fault.get().lasting()) {
            throw new RefusalException("Whether this machine computes the network's convolutions rightly could not be"
                    + " tried, because the second process for it " + fault.get().what() + ", and again when it was"
                    + " started anew; leave it the memory it needs beside this process (up to " + MEMORY
                    + "), and start the same command again");
        }
        return fault;
    }
}
