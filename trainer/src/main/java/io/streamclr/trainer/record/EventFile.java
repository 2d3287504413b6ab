package io.streamclr.trainer.record;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A file of events for TensorBoard: records of TensorFlow's TFRecord form (length, masked CRC-32C of the length, content,
 * masked CRC-32C of the content), each a protobuf message {@code tensorflow.Event}. Field numbers are those of event.proto
 * and summary.proto of TensorFlow.
 */
public final class EventFile implements AutoCloseable {

    private static final String PREFIX = "events.out.tfevents.";
    private static final String SUFFIX = ".streamclr";
    private static final Pattern NAME = Pattern.compile(Pattern.quote(PREFIX) + "(\\d{1,15})" + Pattern.quote(SUFFIX));

    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;

    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE = 2;
    private static final int VALUE_IMAGE = 4;
    private static final int IMAGE_HEIGHT = 1;
    private static final int IMAGE_WIDTH = 2;
    private static final int IMAGE_COLOURS = 3;
    private static final int IMAGE_ENCODED = 4;
    private static final int RGB = 3;

    private static final int SESSION_STATUS = 1;
    private static final int STARTED = 1;

    private final OutputStream out;
    private final Clock clock;

    private EventFile(OutputStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    /**
     * Begins a file. TensorBoard shows all files of a folder as one run; what earlier files say of this step and later ones
     * counts no more.
     *
     * @param folder made where there is none
     * @param step the first that this file may be about
     */
    public static EventFile begin(Path folder, long step, Clock clock) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(PREFIX + Math.max(clock.millis(), newest(folder) + 1) + SUFFIX);
        EventFile events = new EventFile(
                new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)), clock);
        events.write(events.event(0).text(FILE_VERSION, "brain.Event:2"));
        events.write(events.event(step).message(SESSION_LOG, new Message().number(SESSION_STATUS, STARTED)));
        return events;
    }

    /** TensorBoard reads files in the order of their names, so one of a clock that was set back must not come first. */
    private static long newest(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> NAME.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToLong(name -> Long.parseLong(name.group(1)))
                    .max()
                    .orElse(0);
        }
    }

    /** Notes figures of a step; a name with a slash is grouped by what stands before it. */
    public void scalars(long step, Map<String, Double> figures) throws IOException {
        Message summary = new Message();
        figures.forEach((name, value) -> summary.message(
                SUMMARY_VALUE, new Message().text(VALUE_TAG, name).float32(VALUE_SIMPLE, value.floatValue())));
        write(event(step).message(SUMMARY, summary));
    }

    /** Notes a picture of a step. */
    public void image(long step, String name, SpriteSheet sheet) throws IOException {
        Message image = new Message()
                .number(IMAGE_HEIGHT, sheet.height())
                .number(IMAGE_WIDTH, sheet.width())
                .number(IMAGE_COLOURS, RGB)
                .bytes(IMAGE_ENCODED, sheet.png());
        Message value = new Message().text(VALUE_TAG, name).message(VALUE_IMAGE, image);
        write(event(step).message(SUMMARY, new Message().message(SUMMARY_VALUE, value)));
    }

    private Message event(long step) {
        return new Message().float64(WALL_TIME, clock.millis() / 1000.0).number(STEP, step);
    }

    private void write(Message event) throws IOException {
        byte[] content = event.toBytes();
        byte[] length = littleEndian(Long.BYTES).putLong(content.length).array();
        out.write(length);
        out.write(littleEndian(Integer.BYTES).putInt(maskedCrc(length)).array());
        out.write(content);
        out.write(littleEndian(Integer.BYTES).putInt(maskedCrc(content)).array());
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Turned and shifted by TensorFlow's constant, because a checksum over bytes that hold one is weak. */
    private static int maskedCrc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    /** Lets readers see what was noted. */
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
