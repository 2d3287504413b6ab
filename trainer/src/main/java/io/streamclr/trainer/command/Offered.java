package io.streamclr.trainer.command;

import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.ResNet;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/** Values that a shell offers for options whose type does not say them. */
public final class Offered {

    private Offered() {}

    /** What can compute: of cards the first two, since those of a machine are not known where a script is made. */
    public static final class Devices implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("cpu", "gpu:0", "gpu:1").iterator();
        }
    }

    /** Graphics cards, likewise. */
    public static final class Cards implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("gpu:0", "gpu:1").iterator();
        }
    }

    /** The backbones that there are. */
    public static final class Backbones implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Backbone.names().iterator();
        }
    }

    /** The ResNets that there are. */
    public static final class Depths implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return numbers(ResNet.depths().stream().mapToInt(depth -> depth));
        }
    }

    /** From how many stages features can be taken. */
    static final class Stages implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return numbers(IntStream.rangeClosed(1, ResNet.STAGES));
        }
    }

    /** How many layers a head can have. */
    static final class HeadLayers implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return numbers(IntStream.rangeClosed(0, HeadPlan.MOST_LAYERS));
        }
    }

    /** Of switches that can be turned off, too. */
    static final class TrueOrFalse implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("true", "false").iterator();
        }
    }

    private static Iterator<String> numbers(IntStream numbers) {
        return numbers.sorted().mapToObj(Integer::toString).iterator();
    }
}
