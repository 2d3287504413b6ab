package io.streamclr.stream.source;

import java.util.ArrayList;
import java.util.List;

/**
 * One partition on its way through the passes. A range that holds nothing is passed at once, however many passes there
 * are, and a small one is read from the broker once: the passes after that are given from memory. So a pass over next
 * to nothing costs next to nothing, neither a question to the broker nor a line in its client's log.
 */
final class PassProgress {

    /** What is kept of a range at most; a larger one is worth asking for again. */
    static final int MOST_BYTES = 1 << 20;

    /** What an image takes in memory beside its bytes, about. */
    private static final int OVERHEAD_BYTES = 64;

    private final PartitionSplit split;
    private final Passes passes;
    private int pass;
    /** Whether this pass was read from the first image on; a restored one begins where it stood. */
    private boolean whole;

    private List<RawImage> seen = new ArrayList<>();
    private boolean sawAny;
    private int bytes;
    private boolean fromMemory;
    private int next;

    PassProgress(PartitionSplit split, Passes passes) {
        this.split = split;
        this.passes = passes;
        this.pass = split.pass();
        this.whole = split.next() == split.begin();
    }

    PartitionSplit split() {
        return split;
    }

    /** Whether what is read now ends at the end that was fixed at the start. */
    boolean bounded() {
        return passes.bounded(pass);
    }

    /** Whether these images were read in an earlier pass too. */
    boolean repeats() {
        return pass > 0 && passes.bounded(pass);
    }

    /** Whether the pass of now is given from memory, and the consumer stands still. */
    boolean fromMemory() {
        return fromMemory;
    }

    /** The image that was read at this offset, in the pass of now. */
    RawImage read(long offset, long arrivedAt, byte[] value) {
        RawImage image = new RawImage(pass, split.partition(), offset, arrivedAt, split.isAgain(pass, offset), value);
        sawAny = true;
        if (whole && !passes.last(pass) && bytes <= MOST_BYTES) {
            bytes += value.length + OVERHEAD_BYTES;
            seen.add(image);
            if (bytes > MOST_BYTES) {
                seen = List.of();
            }
        }
        return image;
    }

    /** The next images of the passes that are given from memory. */
    List<RawImage> remembered(long most) {
        List<RawImage> given = new ArrayList<>();
        while (fromMemory && given.size() < most && next < seen.size()) {
            RawImage image = seen.get(next);
            given.add(new RawImage(
                    pass,
                    image.partition(),
                    image.offset(),
                    image.arrivedAt(),
                    split.isAgain(pass, image.offset()),
                    image.value()));
            next++;
            if (next == seen.size() && !passes.last(pass)) {
                beginPass(pass + 1);
            }
        }
        return given;
    }

    /**
     * Goes on when the consumer has reached the end.
     *
     * @param position of the consumer
     * @return whether it must go back to the first image
     */
    boolean turn(long position) {
        if (fromMemory || passes.last(pass) || position < split.end()) {
            return false;
        }
        boolean empty = split.begin() == split.end() || (whole && !sawAny);
        fromMemory = !empty && whole && bytes <= MOST_BYTES;
        beginPass(empty ? passes.count() - 1 : pass + 1);
        return !fromMemory;
    }

    private void beginPass(int number) {
        pass = number;
        next = 0;
        whole = true;
        // A live pass goes on after the end, where memory has nothing.
        fromMemory &= passes.bounded(pass);
        if (!fromMemory) {
            sawAny = false;
            // What was too large once is too large for good.
            if (bytes <= MOST_BYTES) {
                seen = new ArrayList<>();
                bytes = 0;
            }
        }
    }

    /** Whether the last pass is over. */
    boolean over(long position) {
        if (!passes.last(pass) || !passes.bounded(pass)) {
            return false;
        }
        return fromMemory ? next == seen.size() : position >= split.end();
    }
}
