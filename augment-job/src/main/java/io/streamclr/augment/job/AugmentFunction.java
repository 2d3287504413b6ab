package io.streamclr.augment.job;

import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.ViewEngine;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.RejectReason;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.stream.sink.Outgoing;
import io.streamclr.stream.sink.Rejection;
import io.streamclr.stream.source.RawImage;
import io.streamclr.stream.source.ReceivedImage;
import io.streamclr.stream.start.JobPlan;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.Collector;

/**
 * Turns each image into one record: its two views, or why it has none. What is rejected in the first pass is said and counted
 * there alone; what a later pass rejects for another reason, as damage that no crop came to before, is said there. Nothing
 * that an image holds stops the job.
 */
public final class AugmentFunction extends RichFlatMapFunction<RawImage, Outgoing> {

    /** Accumulator that counts view pairs. */
    public static final String PAIRS = "pairs";

    /** Begins the names of the job's own metrics, after the names that Flink gives its scopes. */
    private static final String METRICS = "streamclr_augment";

    private static final long serialVersionUID = 1L;

    private final RenderSettings drawing;
    private final String fingerprint;
    private final LongCounter pairs = new LongCounter();
    private final LongCounter rejects = new LongCounter();

    /** Made in the worker: neither decoders nor engines travel. */
    private transient ImageDecoder decoder;

    private transient ViewEngine engine;

    public AugmentFunction(RenderSettings drawing) {
        this.drawing = drawing;
        this.fingerprint = drawing.recipe().fingerprint();
    }

    @Override
    public void open(OpenContext context) {
        decoder = drawing.recipe().imageDecoder(drawing.limits());
        engine = new ViewEngine(drawing.recipe());
        getRuntimeContext().addAccumulator(PAIRS, pairs);
        getRuntimeContext().addAccumulator(JobPlan.REJECTS, rejects);
        MetricGroup metrics = getRuntimeContext().getMetricGroup().addGroup(METRICS);
        metrics.gauge(PAIRS, pairs::getLocalValuePrimitive);
        metrics.gauge(JobPlan.REJECTS, rejects::getLocalValuePrimitive);
    }

    @Override
    public void close() {
        if (decoder != null) {
            decoder.close();
        }
    }

    @Override
    public void flatMap(RawImage raw, Collector<Outgoing> out) {
        map(raw).ifPresent(made -> {
            (made.rejected() ? rejects : pairs).add(1L);
            out.collect(made);
        });
    }

    /** Empty if the image was rejected in the first pass, which has said so. */
    private Optional<Outgoing> map(RawImage raw) {
        ReceivedImage received;
        try {
            received = ReceivedImage.in(raw, drawing.format());
        } catch (ForeignRecordException foreign) {
            return raw.again()
                    ? Optional.empty()
                    : Optional.of(reject(
                            raw,
                            "",
                            raw.value(),
                            RejectReason.FOREIGN_RECORD,
                            "The record is " + foreign.getMessage()));
        }
        byte[] image = received.encoded();
        String from = received.source();
        ImageId id = ImageId.of(image);
        return decoder.decode(image, engine.wanted(drawing.seed(), id, raw.pass()))
                .match(
                        decoded -> Optional.of(views(raw, id, decoded.pixels())),
                        rejected -> raw.again() && !rejected.ofTheMoment() && isRejectedFirst(image, id)
                                ? Optional.empty()
                                : Optional.of(reject(raw, from, image, rejected)));
    }

    private boolean isRejectedFirst(byte[] image, ImageId id) {
        return decoder.decode(image, engine.wanted(drawing.seed(), id, 0)).match(decoded -> false, rejected -> true);
    }

    private Outgoing views(RawImage raw, ImageId id, Pixels pixels) {
        ViewPair pair = new ViewPair(
                id.toString(),
                raw.pass(),
                new Origin(raw.partition(), raw.offset()),
                drawing.seed(),
                fingerprint,
                engine.draw(pixels, drawing.seed(), id, raw.pass(), 0),
                engine.draw(pixels, drawing.seed(), id, raw.pass(), 1),
                engine.pictureHash(pixels));
        return new Outgoing(false, raw.partition(), key(id), WireFormat.VIEW_PAIR.encode(pair));
    }

    private Outgoing reject(RawImage raw, String source, byte[] encoded, Decoding.Rejected rejected) {
        return reject(raw, source, encoded, rejected.reason(), rejected.detail());
    }

    private Outgoing reject(RawImage raw, String source, byte[] encoded, RejectReason reason, String detail) {
        return Rejection.of(raw, source, encoded, reason, detail, drawing.mostRejectedBytes());
    }

    private static byte[] key(ImageId id) {
        return id.toString().getBytes(StandardCharsets.UTF_8);
    }
}
