package io.streamclr.stream.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import java.lang.reflect.InaccessibleObjectException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class RunningJobTest {

    private static final JobPlan PLAN =
            new JobPlan("augment", "pairs", KafkaConnection.to("127.0.0.1:1"), 0, Checkpoints.DEFAULT, 0);

    @Test
    void aFullMemoryIsExplainedWithWhatThereIsOfIt() {
        RuntimeException explained =
                RunningJob.explain(new ExecutionException(new OutOfMemoryError("Java heap space")), PLAN);

        assertThat(explained)
                .isInstanceOf(RefusalException.class)
                .hasMessageMatching("The augment job found Java's memory full, of which it has \\d+ MiB; give it more"
                        + " \\(-Xmx, in STREAMCLR_OPTS for ./streamclr\\) and start it again, it goes on where it was");
    }

    @Test
    void aFullMemoryOfWhichFlinkCouldNotSayMoreIsExplainedToo() {
        InaccessibleObjectException flinks = new InaccessibleObjectException("Unable to make field accessible");
        flinks.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("org.apache.flink.util.ExceptionUtils", "tryEnrichOutOfMemoryError", null, 136)
        });

        assertThat(RunningJob.explain(flinks, PLAN)).isInstanceOf(RefusalException.class);
        assertThat(RunningJob.explain(new InaccessibleObjectException("elsewhere"), PLAN))
                .isInstanceOf(IllegalStateException.class);
    }
}
