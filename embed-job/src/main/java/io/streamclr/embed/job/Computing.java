package io.streamclr.embed.job;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.Encoder;
import java.io.Serializable;

/**
 * What encoders compute with. Vectors are equal to the bit where all of it is, on the same kind of device.
 *
 * @param threads of PyTorch in each process, 1 or more
 * @param block images that are embedded at a time where as many wait, 1 to 256
 * @param device {@code cpu}, or {@code gpu:0} and so on
 */
public record Computing(int threads, int block, String device) implements Serializable {

    private static final String PROCESSOR = "cpu";
    private static final int MOST_THREADS = 1024;
    private static final int MOST_AT_ONCE = 256;

    public Computing {
        if (threads < 1 || threads > MOST_THREADS || block < 1 || block > MOST_AT_ONCE) {
            throw RefusalException.ofUsage(
                    "--threads must be 1 to " + MOST_THREADS + ", and --batch-size 1 to " + MOST_AT_ONCE);
        }
        device = new Encoder.Options(threads, block, device).device();
    }

    /** On the processor. */
    public static Computing onProcessor(int threads, int block) {
        return new Computing(threads, block, PROCESSOR);
    }

    /** @throws RefusalException if it is a card that this machine does not have */
    void requireCard() {
        if (!device.equals(PROCESSOR)) {
            Encoder.requireDevice(options());
        }
    }

    Encoder.Options options() {
        return new Encoder.Options(threads, block, device);
    }
}
