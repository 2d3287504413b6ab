package io.streamclr.trainer.ranks;

import io.streamclr.schemas.RefusalException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;

/**
 * What joins the ranks of a run. It moves bytes and does nothing else with them, so no result depends on how they travel,
 * or on which rank was faster. Every rank makes the same calls in the same order; each is a point where all meet. For one
 * thread, {@link #askToStop} and {@link #close} apart.
 */
public interface Collective extends AutoCloseable {

    /** Number of this rank, from 0. */
    int rank();

    /** How many ranks there are, 2 or more. */
    int ranks();

    /** How many of them share this machine, this one among them. */
    int ranksHere();

    /**
     * Sends each rank its part, and returns what each sent to this one.
     *
     * @param parts one for each rank, in their order, this one among them; not changed, read until this returns
     * @param most bytes that a part may have; a rank that sends more is refused before anything is allocated
     * @return what each rank sent, in their order, little-endian; valid until the next call
     * @throws RefusalException if a rank is gone or does something else, naming it
     */
    List<ByteBuffer> exchange(List<ByteBuffer> parts, int most) throws InterruptedException;

    /** Gives what each rank has to all. @param mine read until this returns */
    default List<ByteBuffer> gather(ByteBuffer mine, int most) throws InterruptedException {
        return exchange(Collections.nCopies(ranks(), mine), most);
    }

    /** Has all other ranks hear, soon and wherever they are, that this one is asked to stop; for any thread. */
    void askToStop();

    /** What to do when another rank is asked to stop or is gone; it is called by a thread of this object's. */
    void whenAskedToStop(Runnable stop);

    /**
     * Leaves the others because of a failure: they end too, and say why.
     *
     * @param reason one sentence
     * @param exitCode of this process, and of theirs
     */
    void fail(String reason, int exitCode);

    /** Leaves the others, which do not need this rank any more. */
    @Override
    void close();
}
