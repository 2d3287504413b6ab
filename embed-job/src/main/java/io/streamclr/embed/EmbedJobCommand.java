package io.streamclr.embed;

import io.streamclr.process.command.BrokerOptions;
import io.streamclr.stream.options.JobOptions;
import io.streamclr.stream.start.Attendance;
import io.streamclr.stream.start.RunningJob;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line of the embedding process: {@code streamclr embed --follow}. */
@Command(
        name = "--follow",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Embed every image of a topic with the newest published encoder, without end.",
            "Reads a topic of images, decodes each, and writes what the encoder makes of it to the partition of the"
                    + " embeddings topic with the image's partition number. An image takes the encoder that was the newest"
                    + " when it arrived; which one that is, is logged in a topic beside. Images that cannot be"
                    + " decoded go to the rejects topic, with the reason. Ctrl-C stops the job; the same command resumes it."
        })
public final class EmbedJobCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(EmbedJobCommand.class);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    @Spec
    private CommandSpec spec;

    @Mixin
    private BrokerOptions broker;

    @Mixin
    private EmbedOptions options;

    @Mixin
    private JobOptions job;

    @Override
    public Integer call() throws InterruptedException {
        EmbedConfig config = options.config(broker.connection(), job, spec.commandLine());
        options.prepareTopics(config);
        RunningJob started = start(config);
        LOG.info("job started topic={}", config.topics().embeddings());
        if (started.detached()) {
            return 0; // Flink has printed the job's id, by which its own commands find it
        }
        Attendance.untilTheEnd(started, this::progress);
        return 0;
    }

    /** Waits for the first encoder, as long as it takes. */
    private RunningJob start(EmbedConfig config) throws InterruptedException {
        Optional<RunningJob> started = EmbedJob.start(config);
        if (started.isEmpty()) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("embed: waiting for " + config.gate().inWords() + " in topic "
                    + config.topics().encoders());
            err.flush();
        }
        while (started.isEmpty()) {
            Thread.sleep(ASK_AGAIN.toMillis());
            started = EmbedJob.start(config);
        }
        return started.get();
    }

    private void progress(RunningJob.Counts counts, double perSecond) {
        LOG.info("embedding embeddings={} rejects={}", counts.written(), counts.rejects());
        spec.commandLine()
                .getErr()
                .printf(
                        "embed: %,d images embedded, %,d rejects, %,.0f images/s%n",
                        counts.written(), counts.rejects(), perSecond);
    }
}
