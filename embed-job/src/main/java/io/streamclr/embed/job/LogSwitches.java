package io.streamclr.embed.job;

import io.streamclr.embed.encoders.EncoderChoice;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncoderPublished;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.stream.sink.Outgoing;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an entry of the log of each encoder that is published while the job runs and passes. After a crash it may make one
 * again; readers pass over repetitions, and over encoders that come late. One that cannot be read or kept is passed over, for
 * the next one will come.
 */
public final class LogSwitches implements FlatMapFunction<byte[], Outgoing> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(LogSwitches.class);

    private final EncoderChoice choice;
    private final boolean listening;

    /** @param listening false if nothing that is published counts */
    public LogSwitches(EncoderChoice choice, boolean listening) {
        this.choice = choice;
        this.listening = listening;
    }

    @Override
    public void flatMap(byte[] value, Collector<Outgoing> out) {
        if (!listening) {
            return;
        }
        try {
            EncoderPublished published = WireFormat.ENCODER_PUBLISHED.decode(value);
            choice.of(published)
                    .ifPresent(entry -> out.collect(new Outgoing(
                            false,
                            0,
                            entry.getRunId().getBytes(StandardCharsets.UTF_8),
                            WireFormat.ENCODER_SWITCH.encode(entry))));
        } catch (ForeignRecordException | RefusalException unusable) {
            LOG.warn("encoder passed over reason=\"{}\"", unusable.getMessage());
        }
    }
}
