package io.streamclr.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamclr.ingest.publish.ImageTopic;
import io.streamclr.ingest.source.Found;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncodedImage;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run: every image under some paths into topic {@code images}, each content once. An image's id is the digest of its
 * bytes and its Kafka key; what the topic has is told by its keys. So a run that was killed, at any moment, is repeated
 * and nothing is missing or there twice.
 */
public final class Ingest {

    private static final Logger LOG = LoggerFactory.getLogger(Ingest.class);
    private static final Duration BETWEEN_NEWS = Duration.ofMillis(200);

    private final IngestConfig config;
    private final IngestListener listener;
    private final ImageTopic topic;
    private final MeterRegistry meters;
    private final Pace pace;
    private final long begin = System.nanoTime();
    private final List<String> troubles = new ArrayList<>();

    private long offered;
    private long alreadyThere;
    private long duplicates;
    private long unreadable;
    private long skipped;
    private long lastNews = begin;

    private Ingest(IngestConfig config, IngestListener listener, ImageTopic topic, MeterRegistry meters) {
        this.config = config;
        this.listener = listener;
        this.topic = topic;
        this.meters = meters;
        this.pace = new Pace(config.imagesPerSecond());
    }

    /**
     * Sends what the configuration names and returns when the broker has acknowledged all of it.
     *
     * @param meters gets counters {@code streamclr.ingest.images} with tag {@code outcome}
     * @throws RefusalException if a path or the topic is missing, or the broker stops taking images
     */
    public static IngestReport run(IngestConfig config, IngestListener listener, MeterRegistry meters) {
        for (Path path : config.paths()) {
            if (!Files.exists(path)) {
                throw new RefusalException("There is no folder or file " + path + "; check the path");
            }
        }
        ImageTopic opened = config.check()
                ? ImageTopic.knowingWhatIsThere(config.kafka(), config.topic(), listener)
                : ImageTopic.unread(config.kafka(), config.topic());
        try (ImageTopic topic = opened) {
            return run(config, listener, meters, topic);
        }
    }

    static IngestReport run(IngestConfig config, IngestListener listener, MeterRegistry meters, ImageTopic topic) {
        Ingest ingest = new Ingest(config, listener, topic, meters);
        for (Path path : config.paths()) {
            ingest.send(path);
        }
        topic.flush();
        IngestReport report = ingest.report();
        listener.sending(report);
        LOG.info(
                "images sent topic={} sent={} alreadyThere={} duplicates={} unreadable={} skipped={}",
                config.topic(),
                report.sent(),
                report.alreadyThere(),
                report.duplicates(),
                report.unreadable(),
                report.skipped());
        return report;
    }

    private void send(Path path) {
        try (ImageSource source = ImageSource.open(path)) {
            while (offered < config.limit()) {
                Optional<Found> found = source.next();
                if (found.isEmpty()) {
                    return;
                }
                found.get().match(this::offer, this::note, nothing -> {
                    skipped++;
                    count("skipped");
                });
                tellNowAndThen();
            }
        }
    }

    private void offer(Found.Image image) {
        ImageTopic.Outcome outcome = topic.offer(record(image));
        switch (outcome) {
            case SENT -> {
                offered++;
                if (offered < config.limit()) {
                    waitFor(pace.delayAfter(System.nanoTime()));
                }
            }
            case ALREADY_THERE -> alreadyThere++;
            case DUPLICATE -> duplicates++;
            case TOO_LARGE ->
                note(new Found.Unreadable(image.source(), "is too large for a message with its attributes"));
        }
        if (outcome != ImageTopic.Outcome.TOO_LARGE) {
            count(outcome.name().toLowerCase(Locale.ROOT));
        }
    }

    private EncodedImage record(Found.Image image) {
        Map<String, String> attributes = new HashMap<>(image.attributes());
        attributes.putAll(config.attributes());
        return EncodedImage.newBuilder()
                .setSource(image.source())
                .setEncoded(ByteBuffer.wrap(image.encoded()))
                .setLabel(image.label().isPresent() ? image.label().getAsInt() : null)
                .setCapturedAt(image.capturedAt())
                .setAttributes(attributes)
                .build();
    }

    private void note(Found.Unreadable trouble) {
        unreadable++;
        count("unreadable");
        if (troubles.size() < IngestReport.MOST_TROUBLES) {
            troubles.add(trouble.source() + " " + trouble.why());
        }
    }

    private static void waitFor(Duration delay) {
        try {
            TimeUnit.NANOSECONDS.sleep(delay.toNanos());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted between two images", stop);
        }
    }

    private void tellNowAndThen() {
        long now = System.nanoTime();
        if (now - lastNews > BETWEEN_NEWS.toNanos()) {
            lastNews = now;
            listener.sending(report());
        }
    }

    private IngestReport report() {
        return new IngestReport(
                topic.acknowledged(),
                alreadyThere,
                duplicates,
                unreadable,
                skipped,
                topic.acknowledgedBytes(),
                Duration.ofNanos(System.nanoTime() - begin),
                troubles);
    }

    private void count(String outcome) {
        Counter.builder("streamclr.ingest.images")
                .tag("outcome", outcome)
                .register(meters)
                .increment();
    }
}
