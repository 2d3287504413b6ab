package io.streamclr.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamclr.ingest.classes.ClassWatch;
import io.streamclr.ingest.publish.ImageTopic;
import io.streamclr.ingest.publish.ReadingListener;
import io.streamclr.ingest.source.Found;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncodedImage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run: every image under some paths into topic {@code images}, each content once. An image's id is the digest of its
 * bytes and its Kafka key; the topic's keys say what it has. So a run that was killed, at any moment, is repeated
 * and nothing is missing or there twice.
 */
public final class Ingest {

    private static final Logger LOG = LoggerFactory.getLogger(Ingest.class);
    private static final String REMEDY_IN_ORDER =
            "shuffle it before, or, of a place that has an end, leave out --in-order";
    private static final Duration BETWEEN_NEWS = Duration.ofMillis(200);

    private final IngestConfig config;
    private final ImageSource source;
    private final LongToDoubleFunction share;
    private final IngestListener listener;
    private final ImageTopic topic;
    private final MeterRegistry meters;
    private final RateLimit pace;
    private final long begin = System.nanoTime();
    /** Also the lock for itself and {@link #unreadable}. */
    private final List<String> troubles = new ArrayList<>();

    private final Map<String, Long> skippedWhy = new LinkedHashMap<>();
    private final Map<String, List<String>> skippedNames = new HashMap<>();
    private final ClassWatch classes;
    private final Map<String, Counter> counters = new HashMap<>();
    /** Counts what the broker has, so Kafka's thread does it. */
    private final Counter sent;

    /** Images that somebody else has sent while they were on their way. */
    private final AtomicLong sentByOthers = new AtomicLong();
    /** Those among them that the limit counts still. */
    private final AtomicLong notNeeded = new AtomicLong();

    private long offered;
    private long alreadyThere;
    private long duplicates;
    private long nearDuplicates;
    private long unreadable;
    private long skipped;
    private int notesGiven;
    private long lastNews = begin;

    private Ingest(
            IngestConfig config,
            ImageSource source,
            LongToDoubleFunction share,
            IngestListener listener,
            ImageTopic topic,
            MeterRegistry meters,
            ClassWatch classes) {
        this.config = config;
        this.classes = classes;
        this.source = source;
        this.share = share;
        this.listener = listener;
        this.topic = topic;
        this.meters = meters;
        this.sent = counter("sent");
        this.pace = new RateLimit(config.imagesPerSecond());
    }

    /**
     * Sends what the configuration names and returns when the broker has acknowledged all of it.
     *
     * @param meters gets counters {@code streamclr.ingest.images} with tag {@code outcome}
     * @throws RefusalException if a path or the topic is missing, or the broker stops taking images
     */
    public static IngestReport run(IngestConfig config, IngestListener listener, MeterRegistry meters) {
        if (config.paths().isEmpty()) {
            throw RefusalException.ofUsage("There is nothing to send; name a folder or a file");
        }
        config.paths().forEach(ImageSource::requireThere);
        ClassWatch classes = classes(config);
        try (ImageTopic topic = open(config, listener, classes);
                ImageSource source = source(config);
                Extent extent = Extent.of(config.paths())) {
            return run(config, source, extent::share, listener, meters, topic, classes);
        }
    }

    /**
     * Sends what a source holds, and returns when it has ended and the broker has acknowledged all of it. The source
     * stays open.
     */
    public static IngestReport run(
            IngestConfig config, ImageSource source, IngestListener listener, MeterRegistry meters) {
        ClassWatch classes = new ClassWatch(
                config.shuffleSeed().isPresent()
                        ? "what a line of a list holds, and a list on standard input, keep their order; name places"
                                + " instead of a list, or list images one by one, in a random order"
                        : REMEDY_IN_ORDER);
        try (ImageTopic topic = open(config, listener, classes)) {
            return run(config, source, bytesRead -> Double.NaN, listener, meters, topic, classes);
        }
    }

    private static ImageSource source(IngestConfig config) {
        return config.shuffleSeed().isPresent()
                ? ImageSource.shuffled(
                        config.paths(), config.reading(), config.shuffleSeed().getAsLong(), config.limit())
                : ImageSource.all(config.paths(), config.reading());
    }

    /** Looks after the classes of what is sent. */
    static ClassWatch classes(IngestConfig config) {
        return new ClassWatch(
                config.shuffleSeed().isPresent()
                        ? "it is too large to be shuffled while it is compressed; unpack it, or shuffle it before"
                        : REMEDY_IN_ORDER);
    }

    private static ImageTopic open(IngestConfig config, IngestListener listener, ClassWatch classes) {
        return ImageTopic.open(
                config.kafka(),
                config.topic(),
                config.knowledge(),
                config.reading().maxImageBytes(),
                new ReadingListener() {
                    @Override
                    public void readingTopic(long read, long total) {
                        listener.readingTopic(read, total);
                    }

                    @Override
                    public void hasClass(int label, String className) {
                        classes.knows(label, className).ifPresent(listener::note);
                    }
                });
    }

    /**
     * @param classes has seen those that the topic has
     * @param share what share of the source is done, by the bytes that were read; may be not a number
     */
    static IngestReport run(
            IngestConfig config,
            ImageSource source,
            LongToDoubleFunction share,
            IngestListener listener,
            MeterRegistry meters,
            ImageTopic topic,
            ClassWatch classes) {
        Ingest ingest = new Ingest(config, source, share, listener, topic, meters, classes);
        ingest.tellNotes();
        ingest.sendAll();
        classes.ends().ifPresent(listener::note);
        topic.flush();
        IngestReport report = ingest.report();
        listener.sending(report);
        LOG.info(
                "images sent topic={} sent={} alreadyThere={} duplicates={} nearDuplicates={} unreadable={}"
                        + " skipped={}",
                config.topic(),
                report.sent(),
                report.alreadyThere(),
                report.duplicates(),
                report.nearDuplicates(),
                report.unreadable(),
                report.skipped());
        return report;
    }

    private void sendAll() {
        while (isBelowLimit()) {
            Optional<Found> found = source.next();
            tellNotes();
            if (found.isEmpty()) {
                return;
            }
            found.get().match(this::offer, this::note, this::passOver);
            tellNowAndThen();
        }
    }

    /** Of what was offered some may not be needed, because somebody else has sent it meanwhile. */
    private boolean isBelowLimit() {
        if (offered >= config.limit() && config.limit() > 0) {
            topic.flush();
            offered -= notNeeded.getAndSet(0);
        }
        return offered < config.limit();
    }

    private void tellNotes() {
        List<String> notes = source.notes();
        for (; notesGiven < notes.size(); notesGiven++) {
            listener.note(notes.get(notesGiven));
        }
    }

    private void passOver(Found.Skipped nothing) {
        skipped++;
        count("skipped");
        skippedWhy.merge(nothing.why(), 1L, Long::sum);
        if (skippedWhy.get(nothing.why()) <= IngestReport.MOST_NAMED_OF_A_REASON) {
            skippedNames
                    .computeIfAbsent(nothing.why(), first -> new ArrayList<>())
                    .add(OneLine.of(nothing.source()));
        }
    }

    private void offer(Found.Image image) {
        String source = image.source();
        ImageTopic.Outcome outcome = topic.offer(record(image), became -> answered(source, became));
        switch (outcome) {
            case SENT -> {
                offered++;
                classes.sees(image.label(), image.className()).ifPresent(listener::note);
                if (offered < config.limit()) {
                    waitFor(pace.delayAfter(System.nanoTime()));
                }
            }
            case ALREADY_THERE -> alreadyThere++;
            case DUPLICATE -> duplicates++;
            case NEAR_DUPLICATE -> nearDuplicates++;
            case TOO_LARGE -> note(new Found.Unreadable(source, topic.whyTooLarge()));
        }
        if (outcome != ImageTopic.Outcome.SENT && outcome != ImageTopic.Outcome.TOO_LARGE) {
            count(outcome.name().toLowerCase(Locale.ROOT));
        }
    }

    /** On another thread. */
    private void answered(String source, ImageTopic.Outcome became) {
        switch (became) {
            case SENT -> sent.increment();
            case ALREADY_THERE -> {
                notNeeded.incrementAndGet();
                sentByOthers.incrementAndGet();
                counter("already_there").increment();
            }
            case TOO_LARGE -> note(new Found.Unreadable(source, topic.whyTooLarge()));
            case DUPLICATE, NEAR_DUPLICATE -> throw new IllegalStateException(source + " was sent and is " + became);
        }
    }

    private EncodedImage record(Found.Image image) {
        Map<String, String> attributes = new HashMap<>(image.attributes());
        attributes.putAll(config.attributes());
        return EncodedImage.newBuilder()
                .setSource(OneLine.of(image.source()))
                .setEncoded(ByteBuffer.wrap(image.encoded()))
                .setLabel(image.label().isPresent() ? image.label().getAsInt() : null)
                .setClassName(image.className().isEmpty() ? null : image.className())
                .setCapturedAt(image.capturedAt())
                .setAttributes(attributes)
                .build();
    }

    private void note(Found.Unreadable trouble) {
        counter("unreadable").increment();
        synchronized (troubles) {
            unreadable++;
            if (troubles.size() < IngestReport.MOST_TROUBLES) {
                troubles.add(OneLine.of(trouble.source() + " " + trouble.why()));
            }
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
        synchronized (troubles) {
            return new IngestReport(
                    topic.acknowledged(),
                    alreadyThere + sentByOthers.get(),
                    duplicates,
                    nearDuplicates,
                    unreadable,
                    skipped,
                    topic.acknowledgedBytes(),
                    Duration.ofNanos(System.nanoTime() - begin),
                    share(),
                    troubles,
                    skippedWhy.entrySet().stream()
                            .map(why -> new IngestReport.Skipped(
                                    why.getKey(), why.getValue(), skippedNames.getOrDefault(why.getKey(), List.of())))
                            .toList());
        }
    }

    /** By the limit, which may come first, and by the bytes. */
    private double share() {
        double ofBytes = share.applyAsDouble(source.bytesRead());
        double ofLimit = (double) offered / config.limit();
        return config.limit() < Long.MAX_VALUE && !(ofBytes > ofLimit) ? ofLimit : ofBytes;
    }

    private void count(String outcome) {
        counters.computeIfAbsent(outcome, this::counter).increment();
    }

    private Counter counter(String outcome) {
        return meters.counter("streamclr.ingest.images", "outcome", outcome);
    }
}
