package io.streamclr.embed.job;

import io.streamclr.schemas.record.EncoderSwitch;
import io.streamclr.stream.start.JobPlan;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.MetricGroup;

/** What one subtask counts and shows. */
final class EmbedMeters {

    /** Begins the names of the job's own metrics, after the names that Flink gives its scopes. */
    private static final String METRICS = "streamclr_embed";

    private final LongSupplier millis;
    private final LongCounter embeddings = new LongCounter();
    private final LongCounter rejects = new LongCounter();
    private volatile long lag;
    private volatile EncoderSwitch encoder;

    /** @param millis the time, since 1970 */
    EmbedMeters(LongSupplier millis) {
        this.millis = millis;
    }

    void register(RuntimeContext context) {
        context.addAccumulator(EmbedSettings.EMBEDDINGS, embeddings);
        context.addAccumulator(JobPlan.REJECTS, rejects);
        MetricGroup metrics = context.getMetricGroup().addGroup(METRICS);
        metrics.gauge(EmbedSettings.EMBEDDINGS, embeddings::getLocalValuePrimitive);
        metrics.gauge(JobPlan.REJECTS, rejects::getLocalValuePrimitive);
        metrics.gauge("lag_ms", () -> lag);
        metrics.gauge("encoder_age_ms", this::age);
        metrics.gauge("encoder_step", () -> encoder == null ? 0L : encoder.getStep());
    }

    private long age() {
        return encoder == null
                ? 0
                : Math.max(0, millis.getAsLong() - encoder.getPublishedAt().toEpochMilli());
    }

    void rejected() {
        rejects.add(1L);
    }

    /** @param arrivedAt when the broker dated the newest image of them */
    void embedded(int images, long arrivedAt, EncoderSwitch by) {
        embeddings.add(images);
        lag = Math.max(0, millis.getAsLong() - arrivedAt);
        encoder = by;
    }
}
