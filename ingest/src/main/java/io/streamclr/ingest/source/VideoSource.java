package io.streamclr.ingest.source;

import io.streamclr.schemas.RefusalException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Pictures of a video, evenly spread over its time, as JPEG files of ffmpeg's quality 2: the bytes that {@code ffmpeg
 * -i VIDEO -vf fps=N:round=up -q:v 2 %06d.jpg} writes, which are the first picture and what is to be seen after each
 * interval. So the same video gives the same pictures wherever the same ffmpeg runs.
 *
 * <p>ffmpeg is made to open this one file, and as a video: some kinds of files name others, on this machine or far
 * away, and what those hold would be sent as pictures.
 */
final class VideoSource implements ImageSource {

    /** ffmpeg's names of what {@link FileKind#VIDEO} may be. */
    private static final String DEMUXERS = "mov,matroska,avi,flv,mpegts,mpeg,asf";
    /** The most pixels that it unpacks into memory, about as many as the augment job takes. */
    private static final int MAX_PIXELS = 1 << 26;

    private static final int MAX_HEADER_LINE = 256;
    private static final String LENGTH = "content-length:";

    private final String source;
    private final Instant capturedAt;
    private final double perSecond;
    private final Reading reading;
    private final Process ffmpeg;
    private final InputStream pictures;

    private long next;
    private boolean ended;

    private VideoSource(String source, Instant capturedAt, Reading reading, Process ffmpeg) {
        this.source = source;
        this.capturedAt = capturedAt;
        this.perSecond = reading.videos().perSecond();
        this.reading = reading;
        this.ffmpeg = ffmpeg;
        this.pictures = new BufferedInputStream(ffmpeg.getInputStream(), 1 << 16);
    }

    /**
     * @param source what the file is called to people
     * @param reading with videos that are not skipped
     * @throws RefusalException if the file does not lie where ffmpeg can open it
     */
    static VideoSource open(Path file, String source, Reading reading) throws IOException {
        if (!file.getFileSystem().equals(FileSystems.getDefault())) {
            throw new RefusalException(
                    source + " is a video in a store that ffmpeg cannot read; copy it to this machine");
        }
        Instant modified = FileSource.modified(file);
        Process ffmpeg = new ProcessBuilder(command(file, reading.videos()))
                .redirectError(Redirect.DISCARD)
                .start();
        ffmpeg.getOutputStream().close();
        return new VideoSource(source, modified, reading, ffmpeg);
    }

    private static List<String> command(Path file, Videos videos) {
        return List.of(
                videos.program(),
                "-nostdin",
                "-loglevel",
                "quiet",
                "-protocol_whitelist",
                "file",
                "-format_whitelist",
                DEMUXERS,
                "-max_pixels",
                Integer.toString(MAX_PIXELS),
                "-i",
                "file:" + file.toAbsolutePath(),
                "-an",
                "-sn",
                "-dn",
                "-vf",
                // Up: else a picture is taken half an interval later, and of a video shorter than that there is none.
                String.format(Locale.ROOT, "fps=%.6f:round=up", videos.perSecond()),
                "-c:v",
                "mjpeg",
                "-q:v",
                "2",
                "-f",
                "mpjpeg", // each picture after its length
                "pipe:1");
    }

    @Override
    public Optional<Found> next() {
        if (ended) {
            return Optional.empty();
        }
        try {
            Optional<Found> picture = picture();
            if (picture.isPresent()) {
                return picture;
            }
            ended = true;
            return ffmpeg.waitFor() == 0 && next > 0 ? Optional.empty() : Optional.of(unreadable());
        } catch (IOException cutOff) {
            ended = true;
            return Optional.of(unreadable());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while ffmpeg ended", stop);
        }
    }

    private Found unreadable() {
        return new Found.Unreadable(
                source,
                "is damaged, or no video that ffmpeg can read, after " + next
                        + " pictures ('ffmpeg -i FILE -f null -' says more)");
    }

    /** Empty at the end. */
    private Optional<Found> picture() throws IOException {
        long length = -1;
        for (String line = line(); !(line.isEmpty() && length >= 0); line = line()) {
            if (line.startsWith(LENGTH)) {
                length = length(line);
            } else if (line.isEmpty() && atEnd()) {
                return Optional.empty();
            }
        }
        String where = source + "#" + next;
        double second = next / perSecond;
        next++;
        if (length > reading.maxImageBytes()) {
            pictures.skipNBytes(length);
            return Optional.of(new Found.Unreadable(where, reading.tooLarge(length)));
        }
        byte[] encoded = pictures.readNBytes((int) length);
        if (encoded.length != length || length == 0) {
            throw new EOFException("ends within a picture");
        }
        return Optional.of(new Found.Image(
                where,
                encoded,
                OptionalInt.empty(),
                capturedAt,
                Map.of("second", String.format(Locale.ROOT, "%.3f", second))));
    }

    private static long length(String line) throws IOException {
        try {
            return Long.parseLong(line.substring(LENGTH.length()).strip());
        } catch (NumberFormatException foreign) {
            throw new IOException("ffmpeg gave a length that is no number", foreign);
        }
    }

    private boolean atEnd() throws IOException {
        pictures.mark(1);
        boolean end = pictures.read() < 0;
        pictures.reset();
        return end;
    }

    /** The next line of a header in small letters, without its end; empty at the end. */
    private String line() throws IOException {
        byte[] line = new byte[MAX_HEADER_LINE];
        for (int length = 0; length < MAX_HEADER_LINE; length++) {
            int next = pictures.read();
            if (next < 0 || next == '\n') {
                return new String(line, 0, length, StandardCharsets.US_ASCII)
                        .strip()
                        .toLowerCase(Locale.ROOT);
            }
            line[length] = (byte) next;
        }
        throw new IOException("ffmpeg gave a line that is too long");
    }

    /** None until the file is done: ffmpeg does not report how far it has read. */
    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    public void close() {
        ended = true;
        ffmpeg.destroyForcibly();
        try {
            pictures.close();
        } catch (IOException harmless) {
            return; // nothing was written, so nothing is lost
        }
    }
}
