package io.streamclr.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VideoSourceTest {

    private static final Instant TIME = Instant.parse("2024-05-06T07:08:09Z");

    @TempDir
    Path folder;

    @BeforeAll
    static void ffmpegIsHere() {
        boolean here;
        try {
            here = run("ffmpeg", "-version") == 0;
        } catch (IOException missing) {
            here = false;
        }
        assumeTrue(here, "ffmpeg is not installed");
    }

    @ParameterizedTest
    @CsvSource({
        "clip.mp4, libx264",
        "clip.mov, libx264",
        "clip.webm, libvpx",
        "clip.avi, mpeg4",
        "clip.ts, mpeg2video",
        "clip.mpg, mpeg1video",
        "clip.flv, flv1",
        "clip.wmv, wmv2"
    })
    void thePicturesAreThoseThatFfmpegWritesIntoFiles(String name, String codec) throws IOException {
        Path video = video(name, codec, 3);
        writePictures(video, "fps=2:round=up", folder.resolve("%03d.jpg"));
        List<byte[]> files = new ArrayList<>();
        try (Stream<Path> written = Files.list(folder)) {
            for (Path file : written.filter(each -> each.toString().endsWith(".jpg"))
                    .sorted()
                    .toList()) {
                files.add(Files.readAllBytes(file));
            }
        }

        List<Found> found = everything(video, Videos.pictured(2));

        assertThat(files).hasSizeBetween(5, 7);
        assertThat(found.stream().map(each -> ((Found.Image) each).encoded())).containsExactlyElementsOf(files);
    }

    @Test
    void aPictureSaysWhereInTheVideoItIs() throws IOException {
        Path video = video("clip.mp4", "libx264", 2);
        Files.setLastModifiedTime(video, FileTime.from(TIME));

        List<Found> found = everything(video, Videos.pictured(1.5));

        Found.Image third = (Found.Image) found.get(2);
        assertThat(third.source()).isEqualTo("clip.mp4#2");
        assertThat(third.attributes()).isEqualTo(Map.of("second", "1.333"));
        assertThat(third.capturedAt()).isEqualTo(TIME);
    }

    @Test
    void aPictureIsWhatIsToBeSeenAtItsSecond() throws IOException {
        Path video = video("clip.mp4", "libx264", 2);
        Path thirteenth = folder.resolve("frame.jpg"); // from 0.48 to 0.52 s
        writePictures(video, "select=eq(n\\,12)", thirteenth, "-frames:v", "1");

        Found.Image second = (Found.Image) everything(video, Videos.pictured(2)).get(1);

        assertThat(second.attributes()).isEqualTo(Map.of("second", "0.500"));
        assertThat(second.encoded()).isEqualTo(Files.readAllBytes(thirteenth));
    }

    @Test
    void videosLieAmongImagesAndAreSkippedUnlessAskedFor() throws IOException {
        byte[] jpeg = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 1};
        Files.write(folder.resolve("1.jpg"), jpeg);
        video("2.mp4", "libx264", 1);
        Files.write(folder.resolve("3.jpg"), jpeg);
        Files.writeString(folder.resolve("4"), "....ftypheic: a picture that begins like a video");

        assertThat(everything(folder, Videos.skipped()))
                .extracting(VideoSourceTest::kindAndName)
                .containsExactly("Image 1.jpg", "Skipped 2.mp4", "Image 3.jpg", "Image 4");
        assertThat(everything(folder, Videos.pictured(2)))
                .extracting(VideoSourceTest::kindAndName)
                .containsExactly("Image 1.jpg", "Image 2.mp4#0", "Image 2.mp4#1", "Image 3.jpg", "Image 4");
    }

    @Test
    void aListOfOtherFilesThatSaysItIsAVideoLeadsNowhere() throws IOException {
        Path secret = video("secret.mp4", "libx264", 1);
        Path list = folder.resolve("list.mp4");
        byte[] concatenation = "ffconcat version 1.0\nfile secret.mp4\n".getBytes(UTF_8);
        byte[] playlist =
                ("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + secret + "\n#EXT-X-ENDLIST\n").getBytes(UTF_8);
        for (byte[] hostile : List.of(concatenation, playlist)) {
            Files.write(list, hostile);

            try (ImageSource source =
                    VideoSource.open(list, "list.mp4", Reading.usual().with(Videos.pictured(1)))) {
                assertThat(rest(source)).singleElement().isInstanceOf(Found.Unreadable.class);
            }
        }
    }

    @Test
    void aNameIsNeverAnOptionOrAnAddress() throws IOException {
        Path video = video("clip.mp4", "libx264", 1);
        Path oddly = Files.createDirectory(folder.resolve("odd"));
        for (String name : List.of("-i.mp4", "http:clip.mp4", "%d.mp4", "a b'\"c.mp4")) {
            Files.copy(video, oddly.resolve(name));
        }

        assertThat(everything(oddly, Videos.pictured(1)))
                .extracting(VideoSourceTest::kindAndName)
                .containsExactlyInAnyOrder(
                        "Image -i.mp4#0", "Image http:clip.mp4#0", "Image %d.mp4#0", "Image a b'\"c.mp4#0");
    }

    @Test
    void theRarestPicturesAreStillTaken() throws IOException {
        assertThat(everything(video("clip.mp4", "libx264", 1), Videos.pictured(0.001)))
                .singleElement()
                .isInstanceOf(Found.Image.class);
    }

    @Test
    void aVideoOfMorePixelsThanAnyPictureMayHaveIsNotUnpacked() throws IOException {
        Path huge = folder.resolve("huge.avi");
        assertThat(run(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-f",
                        "lavfi",
                        "-i",
                        "color=size=9000x9000:rate=1:duration=1",
                        "-c:v",
                        "mjpeg",
                        huge.toString()))
                .isZero();

        assertThat(everything(huge, Videos.pictured(1))).singleElement().isInstanceOf(Found.Unreadable.class);
    }

    @Test
    void aDamagedVideoIsNamedAndTheNextFileIsRead() throws IOException {
        byte[] whole = Files.readAllBytes(video("whole.mp4", "libx264", 1));
        Files.delete(folder.resolve("whole.mp4"));
        Files.write(folder.resolve("1.mp4"), Arrays.copyOf(whole, 2000));
        Files.write(folder.resolve("2.jpg"), new byte[] {1});

        List<Found> found = everything(folder, Videos.pictured(1));

        assertThat(found).extracting(VideoSourceTest::kindAndName).containsExactly("Unreadable 1.mp4", "Image 2.jpg");
        assertThat(((Found.Unreadable) found.get(0)).why())
                .isEqualTo("is damaged, or no video that ffmpeg can read, after 0 pictures ('ffmpeg -i FILE -f null -'"
                        + " says more)");
    }

    @Test
    void aSourceThatIsClosedInTheMiddleEndsFfmpeg() throws IOException {
        Path video = video("long.mp4", "libx264", 20);
        ImageSource source = ImageSource.open(video, Reading.usual().with(Videos.pictured(25)));
        assertThat(source.next()).isPresent();

        source.close();

        assertThat(source.next()).isEmpty();
        for (ProcessHandle child : ProcessHandle.current().children().toList()) {
            if (child.info().commandLine().orElse("").contains(video.toString())) {
                child.onExit().join(); // or the test does not end
            }
        }
    }

    @Test
    void aVideoInAStoreThatFfmpegCannotReadIsNamed() throws IOException {
        Path video = video("clip.mp4", "libx264", 1);
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
            Path there = Files.copy(video, memory.getPath("/clip.mp4"));

            assertThat(everything(there, Videos.pictured(1)))
                    .containsExactly(
                            new Found.Unreadable(
                                    "clip.mp4",
                                    "is damaged: clip.mp4 is a video in a store that ffmpeg cannot read; copy it to this machine"));
        }
    }

    @Test
    void withoutFfmpegPicturesAreRefused() {
        assertThatThrownBy(() -> Videos.pictured(1, "ffmpeg-that-nobody-has"))
                .isInstanceOf(RefusalException.class)
                .hasMessage("--fps takes pictures of videos with the program ffmpeg-that-nobody-has, which cannot be"
                        + " started; install it (Debian: apt install ffmpeg), or leave --fps out");
        assertThatThrownBy(() -> Videos.pictured(1, "false"))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("which fails");
        assertThatThrownBy(() -> Videos.pictured(0))
                .isInstanceOf(RefusalException.class)
                .hasMessage("--fps is 0.0, but it must be from 0.001 to 1000 pictures a second");
    }

    private static String kindAndName(Found found) {
        String source = found.source();
        return found.getClass().getSimpleName() + " " + source.substring(source.lastIndexOf('/') + 1);
    }

    /** A moving test picture. */
    private Path video(String name, String codec, int seconds) throws IOException {
        Path video = folder.resolve(name);
        assertThat(run(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-f",
                        "lavfi",
                        "-i",
                        "testsrc2=size=160x120:rate=25:duration=" + seconds,
                        "-pix_fmt",
                        "yuv420p",
                        "-c:v",
                        codec,
                        video.toString()))
                .isZero();
        return video;
    }

    /** What ffmpeg itself writes into files, through this filter and with these options. */
    private static void writePictures(Path video, String filter, Path files, String... more) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("ffmpeg", "-v", "error", "-i", video.toString(), "-vf", filter, "-q:v", "2"));
        command.addAll(List.of(more));
        command.add(files.toString());
        assertThat(run(command.toArray(String[]::new))).isZero();
    }

    private static int run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        process.getInputStream().readAllBytes();
        return process.onExit().join().exitValue();
    }

    private static List<Found> everything(Path path, Videos videos) {
        try (ImageSource source = ImageSource.open(path, Reading.usual().with(videos))) {
            return rest(source);
        }
    }

    private static List<Found> rest(ImageSource source) {
        List<Found> all = new ArrayList<>();
        for (Optional<Found> found = source.next(); found.isPresent(); found = source.next()) {
            all.add(found.get());
        }
        return all;
    }
}
