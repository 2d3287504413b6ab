package io.streamclr.trainer.run;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.ranks.Collective;
import io.streamclr.trainer.step.RankExchange;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.ViewShape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the ranks of a run agree on from step to step: whether to go on, where all stand, and that they are the same. */
final class RankAgreement {

    private static final Logger LOG = LoggerFactory.getLogger(RankAgreement.class);

    /** Steps between two comparisons of all weights. */
    private static final long COMPARE_EVERY = 200;

    private static final int DIGEST_BYTES = 32;

    private final Collective ranks;
    private final RankExchange exchange;
    private boolean warned;
    private boolean compared;
    private boolean ofOneKind;

    RankAgreement(Collective ranks) {
        this.ranks = ranks;
        this.exchange = new RankExchange(ranks);
    }

    /** Ranks that share this machine. */
    int ranksHere() {
        return ranks.ranksHere();
    }

    /** What the training step exchanges by. */
    RankExchange exchange() {
        return exchange;
    }

    /**
     * Waits for all ranks before a step.
     *
     * @param mine whether this rank has a batch and is not to stop
     * @return whether that is so of all
     */
    boolean goOn(boolean mine) throws InterruptedException {
        if (!mine) {
            // Again, because who was asked to stop in the middle of an exchange may not have got through with it.
            ranks.askToStop();
        }
        ByteBuffer word = ByteBuffer.allocate(1).put((byte) (mine ? 1 : 0)).flip();
        boolean all = true;
        for (ByteBuffer each : ranks.gather(word, 1)) {
            all &= each.hasRemaining() && each.get(each.position()) == 1;
        }
        return all;
    }

    /**
     * Has all ranks know, with the next step, where this one stands.
     *
     * @param after where its feed stands after the step
     * @param wayOfConvolutions how it computes; empty before its first step
     * @param saved the step of the newest checkpoint, of which rank 0 alone knows
     */
    void say(FeedPosition after, Optional<String> wayOfConvolutions, long saved) {
        ByteArrayOutputStream word = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(word)) {
            out.writeLong(saved);
            out.writeUTF(wayOfConvolutions.orElse(""));
            out.write(after.encoded());
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        exchange.say(word.toByteArray());
    }

    /**
     * Where the feeds of all ranks stand after the step that was trained last, in their order.
     *
     * @throws RefusalException if the ranks read views of different kinds
     */
    List<byte[]> positions() {
        List<byte[]> positions = new ArrayList<>();
        Set<String> ways = new TreeSet<>();
        for (byte[] word : exchange.heard()) {
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(word))) {
                in.readLong();
                ways.add(in.readUTF());
                positions.add(in.readAllBytes());
            } catch (IOException cut) {
                throw new IllegalStateException("A rank sent a word that was cut off", cut);
            }
        }
        if (ways.size() > 1 && !warned) {
            warned = true;
            LOG.warn(
                    "The processors of the ranks compute convolutions in different ways ({}), so whoever replays the run"
                            + " gets its weights only up to rounding",
                    String.join(", ", ways));
        }
        if (!ofOneKind) {
            requireOneKind(positions.stream().map(FeedPosition::decode).toList());
            ofOneKind = true;
        }
        return positions;
    }

    /** Asked after the first step alone: from then on each feed takes no other views than those before. */
    static void requireOneKind(List<FeedPosition> positions) {
        ViewShape first = positions.get(0).shape();
        for (int rank = 1; rank < positions.size(); rank++) {
            ViewShape other = positions.get(rank).shape();
            if (!other.fits(first)) {
                throw new RefusalException("Rank " + rank + " read views of " + other + ", and rank 0 of " + first
                        + ", so training stopped and saved nothing; begin another run on a topic of views of one kind");
            }
        }
    }

    /** The step of the newest checkpoint when the last step was trained. */
    long saved() {
        return ByteBuffer.wrap(exchange.heard().get(0)).getLong();
    }

    /**
     * After the first step and now and then, holds the weights of all ranks against each other.
     *
     * @param step that was trained
     * @param weights digests those of this rank
     * @throws RefusalException if they differ
     */
    void compare(long step, Supplier<byte[]> weights) throws InterruptedException {
        if (compared && step % COMPARE_EVERY != 0) {
            return;
        }
        compared = true;
        List<ByteBuffer> digests = ranks.gather(ByteBuffer.wrap(weights.get()), DIGEST_BYTES);
        for (int rank = 1; rank < digests.size(); rank++) {
            if (!digests.get(rank).equals(digests.get(0))) {
                throw new RefusalException(
                        "The weights of rank " + rank + " differ from those of rank 0 after step " + step
                                + ", as where processors or cards are of different kinds, or after a fault of one or of memory,"
                                + " so training stopped and saved nothing more; check both machines, and start all ranks"
                                + " again on machines of one kind, and they go on from the newest checkpoint");
            }
        }
    }

    /** Waits until all ranks are done. */
    void part() throws InterruptedException {
        ranks.gather(ByteBuffer.allocate(0), 0);
    }
}
