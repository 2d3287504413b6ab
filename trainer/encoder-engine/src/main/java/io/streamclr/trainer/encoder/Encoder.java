package io.streamclr.trainer.encoder;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.form.FileDigest;
import io.streamclr.trainer.torch.Torch;
import io.streamclr.trainer.torch.TorchDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A trained encoder for a program of one's own: files of images to vectors.
 *
 * <p>Several threads may use an encoder at a time. They decode side by side, each in its own thread, and take turns in
 * PyTorch; the turns are those of all encoders in the process, because the library computes with one number of threads.
 *
 * <p>The vector of an image is a function of its bytes and of the encoder: it does not depend, to the bit, on which other
 * images are embedded in the same call, on its place among them, nor on the thread that asks. That holds on one machine
 * with one number of threads and one size of blocks; on another machine the last bits may differ.
 */
public final class Encoder implements AutoCloseable {

    /** For all encoders of the process: libtorch's number of threads is one for it. */
    private static final Object TURN = new Object();

    private final ShippedEncoder shipped;
    private final Recipe recipe;
    private final String digest;
    private final Torch torch;
    private final Embedder embedder;
    private final EqualRows rows;
    private final Queue<Desk> idle = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    /** What a call needs for itself. @param squares room for one block */
    private record Desk(SquareDecoder decoder, ByteBuffer squares) {}

    /**
     * How an encoder computes. All of it is part of what makes vectors repeatable to the bit.
     *
     * @param threads of PyTorch, 1 to 1024
     * @param block images that are computed together where there are as many, 1 to 256; they are only where that gives the
     *     same bits as one at a time, which {@link Encoder#open} tries. More take more memory
     * @param device {@code cpu}, or a graphics card: {@code gpu:0}, {@code gpu:1} and so on
     */
    public record Options(int threads, int block, String device) {

        private static final int MOST_THREADS = 1024;
        private static final int MOST_AT_ONCE = 256;
        private static final int USUAL_BLOCK = 8;

        public Options {
            if (threads < 1 || threads > MOST_THREADS || block < 1 || block > MOST_AT_ONCE) {
                throw new IllegalArgumentException("An encoder computes with 1 to " + MOST_THREADS
                        + " threads and 1 to " + MOST_AT_ONCE + " images at once, not with " + threads + " and "
                        + block);
            }
            device = TorchDevice.parse(device).text();
        }

        /** On the processor. */
        public Options(int threads, int block) {
            this(threads, block, TorchDevice.CPU.text());
        }

        /** A thread for each processor that there is now, and blocks of the usual size. */
        public static Options usual() {
            return ofThreads(Runtime.getRuntime().availableProcessors());
        }

        /** So many threads, and blocks of the usual size. */
        public static Options ofThreads(int threads) {
            return new Options(threads, USUAL_BLOCK);
        }
    }

    private Encoder(ShippedEncoder shipped, Recipe recipe, String digest, Torch torch, Embedder embedder, int block) {
        this.shipped = shipped;
        this.recipe = recipe;
        this.digest = digest;
        this.torch = torch;
        this.embedder = embedder;
        this.rows = new EqualRows(embedder, recipe.size(), block);
    }

    /** As {@link #open(Path, Options)} with {@linkplain Options#usual the usual} options. */
    public static Encoder open(Path place) {
        return open(place, Options.usual());
    }

    /**
     * Loads an encoder and tries it. The first one on a machine takes seconds: PyTorch's library is unpacked, and a child
     * process tries whether the processor computes the network's convolutions rightly.
     *
     * @param place the folder of a run, whose newest complete checkpoint is taken; the folder of a checkpoint; or an {@code
     *     encoder.pt} with its {@code encoder.json} beside it
     * @throws RefusalException if there is none, it cannot be read or loaded, nothing beside it says for images of which
     *     size it is, this machine cannot compute it, or has no such device
     */
    public static Encoder open(Path place, Options options) {
        ShippedEncoder shipped = ShippedEncoder.at(place);
        Recipe recipe = shipped.plainRecipe()
                .orElseThrow(() -> new RefusalException("Beside " + shipped.archive() + " lies no "
                        + EncoderFiles.DESCRIPTION + " that says for images of which size it is; put the one of its"
                        + " checkpoint there"));
        String digest;
        try {
            digest = FileDigest.of(shipped.archive());
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "The encoder " + shipped.archive() + " cannot be read (" + FileFault.of(unreadable)
                            + "); give one that this user may read",
                    unreadable);
        }
        synchronized (TURN) {
            Torch torch = Torch.open(options.threads(), TorchDevice.parse(options.device()));
            Embedder embedder = null;
            try {
                embedder = Embedder.load(torch, shipped.archive());
                return new Encoder(shipped, recipe, digest, torch, embedder, options.block());
            } catch (RuntimeException | Error failed) {
                if (embedder != null) {
                    embedder.close();
                }
                torch.close();
                throw failed;
            }
        }
    }

    /**
     * Asks for the device alone, without an encoder.
     *
     * @throws RefusalException if this machine has no such device, or PyTorch's library cannot be loaded
     */
    public static void requireDevice(Options options) {
        synchronized (TURN) {
            Torch.open(options.threads(), TorchDevice.parse(options.device())).close();
        }
    }

    /** Height and width of the squares that it is shown, in pixels: the size of the views that it was trained on. */
    public int side() {
        return recipe.size();
    }

    /** F, the number of features of an image. */
    public int features() {
        return rows.features();
    }

    /** SHA-256 of the TorchScript file that was loaded, in 64 hexadecimal digits: which encoder vectors are of. */
    public String digest() {
        return digest;
    }

    /** The file that was loaded: of a run the one of its newest checkpoint then. */
    public Path file() {
        return shipped.archive();
    }

    /** A decoder of images for one thread, for {@link #embedSquares}. */
    public SquareDecoder squareDecoder() {
        return new SquareDecoder(recipe);
    }

    /** The same for images within other limits. */
    public SquareDecoder squareDecoder(DecodeLimits limits) {
        return new SquareDecoder(recipe, limits);
    }

    /**
     * The features of an image: of its middle square, resized to the encoder's side.
     *
     * @param encoded a file of one image; any bytes, never changed
     * @return its features h, (F), or why it cannot be read
     * @throws IllegalStateException if the encoder is closed
     */
    public Embedding embed(byte[] encoded) {
        return embed(List.of(encoded)).get(0);
    }

    /**
     * The features of images, one for each in their order. An image that cannot be read changes nothing for the others.
     *
     * @param encoded files of one image each; any bytes, never changed
     * @throws IllegalStateException if the encoder is closed
     */
    public List<Embedding> embed(List<byte[]> encoded) {
        Desk pooled = idle.poll();
        Desk desk = pooled == null ? desk() : pooled;
        try {
            desk.squares().clear();
            List<Embedding> all = new ArrayList<>(encoded.size());
            List<Integer> waiting = new ArrayList<>();
            for (byte[] image : encoded) {
                Optional<Decoding.Rejected> rejected = desk.decoder().append(image, desk.squares());
                all.add(rejected.map(why -> new Embedding.Rejected(why.reason(), why.detail()))
                        .orElse(null));
                if (rejected.isEmpty()) {
                    waiting.add(all.size() - 1);
                }
                if (!desk.squares().hasRemaining()) {
                    fill(all, waiting, desk.squares());
                }
            }
            fill(all, waiting, desk.squares());
            return all;
        } finally {
            idle.add(desk);
            if (closed) {
                clear();
            }
        }
    }

    private Desk desk() {
        SquareDecoder decoder = squareDecoder();
        return new Desk(decoder, ByteBuffer.allocateDirect(Math.multiplyExact(rows.block(), decoder.bytes())));
    }

    /** Embeds what waits, into its places. */
    private void fill(List<Embedding> all, List<Integer> waiting, ByteBuffer squares) {
        float[][] vectors = embedSquares(squares.flip());
        for (int i = 0; i < vectors.length; i++) {
            all.set(waiting.get(i), new Embedding.Vector(vectors[i]));
        }
        waiting.clear();
        squares.clear();
    }

    /**
     * The features of squares, as a {@link SquareDecoder} makes them.
     *
     * @param squares direct, (N, side, side, 3) unsigned bytes from its position to its limit, RGB; N may be 0. Must not change
     *     meanwhile, and keeps its position
     * @return (N, F)
     * @throws IllegalArgumentException if the buffer is not direct, or holds no whole number of squares
     * @throws IllegalStateException if the encoder is closed
     */
    public float[][] embedSquares(ByteBuffer squares) {
        int bytes = SquareDecoder.bytes(side());
        if (!squares.isDirect() || squares.remaining() % bytes != 0) {
            throw new IllegalArgumentException("Squares of " + side() + " pixels lie in a direct buffer and have "
                    + bytes + " bytes each; this one has " + squares.remaining()
                    + (squares.isDirect() ? "" : " and is not direct"));
        }
        synchronized (TURN) {
            if (closed) {
                throw new IllegalStateException("The encoder " + shipped.archive() + " is closed");
            }
            torch.useThreads();
            return rows.of(squares, squares.remaining() / bytes);
        }
    }

    /** Frees the network once the call that has its turn has ended; later calls fail. May be called again. */
    @Override
    public void close() {
        synchronized (TURN) {
            if (closed) {
                return;
            }
            closed = true;
            embedder.close();
            torch.close();
        }
        clear();
    }

    private void clear() {
        for (Desk desk = idle.poll(); desk != null; desk = idle.poll()) {
            desk.decoder().close();
        }
    }

    @Override
    public String toString() {
        return "Encoder[" + shipped.archive() + ", " + side() + " pixels, " + features() + " features]";
    }
}
