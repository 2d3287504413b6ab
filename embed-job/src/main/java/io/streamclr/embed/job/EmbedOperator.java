package io.streamclr.embed.job;

import io.streamclr.embed.encoders.SwitchReader;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncoderSwitch;
import io.streamclr.schemas.record.RejectReason;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.stream.sink.Outgoing;
import io.streamclr.stream.sink.Rejection;
import io.streamclr.stream.source.RawImage;
import io.streamclr.stream.source.ReceivedImage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Turns each image into one record: its embedding by the encoder that it takes, or why it has none. While a block of images
 * is embedded in a thread of its own, the next one is decoded; no more than two are under way. All of them are written
 * before each checkpoint, so the source's place is all the state there is, and the order within a partition outlives a
 * change of parallelism: Flink's own asynchronous operator would hand images that it holds back to other subtasks.
 */
final class EmbedOperator extends AbstractStreamOperator<Outgoing>
        implements OneInputStreamOperator<RawImage, Outgoing>, BoundedOneInput {

    private static final long serialVersionUID = 1L;

    private static final int UNDER_WAY = 2;

    /** How long an image waits for others to be embedded with. */
    private static final long WAIT_MS = 20;

    private final EmbedSettings settings;
    private transient MailboxExecutor mailbox;

    private transient EmbedMeters meters;
    private transient SwitchReader switches;
    private transient RecentEncoders encoders;
    private transient ExecutorService thread;
    private transient Deque<Running> underWay;
    private transient Block open;

    /** A block, and its vectors when they are there. */
    private record Running(Block block, CompletableFuture<float[][]> vectors) {}

    EmbedOperator(StreamOperatorParameters<Outgoing> parameters, EmbedSettings settings) {
        super(parameters);
        this.settings = settings;
    }

    @Override
    public void setMailboxExecutor(MailboxExecutor executor) {
        mailbox = executor;
    }

    @Override
    public void open() throws Exception {
        super.open();
        Objects.requireNonNull(mailbox, "mailbox");
        try {
            settings.computing().requireCard();
        } catch (RefusalException missing) {
            // Nor would it be there after a minute of restarts.
            throw new SuppressRestartsException(missing);
        }
        underWay = new ArrayDeque<>();
        encoders = new RecentEncoders(settings);
        switches = new SwitchReader(settings.connection(), settings.switches(), System::nanoTime);
        thread = Executors.newSingleThreadExecutor(work -> {
            Thread made = new Thread(work, "embed");
            made.setDaemon(true);
            return made;
        });
        meters = new EmbedMeters(System::currentTimeMillis);
        meters.register(getRuntimeContext());
    }

    @Override
    public void processElement(StreamRecord<RawImage> element) throws Exception {
        RawImage raw = element.getValue();
        EncoderSwitch entry = switches.of(raw.arrivedAt());
        if (open != null && !open.entry().equals(entry)) {
            submit();
        }
        if (open == null) {
            open = block(entry);
        }
        take(raw);
        if (open.isFull()) {
            submit();
        }
        emitDone();
    }

    private Block block(EncoderSwitch entry) throws Exception {
        if (!encoders.holds(entry)) {
            emitUnderWay(); // for one of those that it holds may be freed
        }
        Block made = new Block(encoders.of(entry));
        ScheduledFuture<?> unused = getProcessingTimeService()
                .registerTimer(getProcessingTimeService().getCurrentProcessingTime() + WAIT_MS, now -> {
                    if (made.equals(open)) {
                        submit();
                    }
                });
        return made;
    }

    private void take(RawImage raw) {
        ReceivedImage received;
        try {
            received = ReceivedImage.in(raw, settings.format());
        } catch (ForeignRecordException foreign) {
            open.add(
                    reject(raw, "", raw.value(), RejectReason.FOREIGN_RECORD, "The record is " + foreign.getMessage()));
            return;
        }
        open.add(raw, received).ifPresent(why -> {
            open.add(reject(raw, received.source(), received.encoded(), why.reason(), why.detail()));
        });
    }

    private Outgoing reject(RawImage raw, String source, byte[] encoded, RejectReason reason, String detail) {
        return Rejection.of(raw, source, encoded, reason, detail, settings.mostRejectedBytes());
    }

    /** Has the open block embedded; waits where too many are. */
    private void submit() throws Exception {
        Block block = open;
        open = null;
        while (underWay.size() >= UNDER_WAY) {
            emitFirst();
        }
        CompletableFuture<float[][]> vectors = CompletableFuture.supplyAsync(block::embed, thread);
        underWay.add(new Running(block, vectors));
        CompletableFuture<float[][]> unused =
                vectors.whenComplete((made, failed) -> mailbox.execute(this::emitDone, "embeddings"));
    }

    /** Writes the blocks that are done, in order. */
    private void emitDone() throws Exception {
        while (!underWay.isEmpty() && underWay.peekFirst().vectors().isDone()) {
            emitFirst();
        }
    }

    private void emitFirst() throws Exception {
        Running first = underWay.removeFirst();
        float[][] vectors;
        try {
            vectors = first.vectors().get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
        Block block = first.block();
        for (Outgoing record : block.records(vectors, settings.vectors())) {
            if (record.rejected()) {
                meters.rejected();
            }
            output.collect(new StreamRecord<>(record));
        }
        if (block.decoded() > 0) {
            meters.embedded(block.decoded(), block.newestArrival(), block.entry());
        }
    }

    /** So that no image is held back when the source's place is saved. */
    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
        emitAll();
    }

    @Override
    public void endInput() throws Exception {
        emitAll();
    }

    private void emitAll() throws Exception {
        if (open != null) {
            submit();
        }
        emitUnderWay();
    }

    private void emitUnderWay() throws Exception {
        while (!underWay.isEmpty()) {
            emitFirst();
        }
    }

    @Override
    public void close() throws Exception {
        if (thread != null) {
            thread.shutdown();
            // What it computes uses an encoder that is freed next.
            thread.awaitTermination(1, TimeUnit.MINUTES);
        }
        if (switches != null) {
            switches.close();
        }
        if (encoders != null) {
            encoders.close();
        }
        super.close();
    }
}
