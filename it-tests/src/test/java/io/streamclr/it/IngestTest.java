package io.streamclr.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.local.Streamclr;
import io.streamclr.process.port.ServerPort;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.topic.Topic;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Images on their way into a real broker, by processes that are killed. */
@ExtendWith(RealBroker.class)
@Timeout(180)
class IngestTest {

    private static final int PARTITIONS = 2;

    @TempDir
    Path folder;

    @Test
    void afterAKillASecondRunLeavesNothingOutAndNothingTwice() throws Exception {
        Path pictures = folder.resolve("pictures");
        Pictures.write(pictures, 300, 16);
        RealBroker.create(Topic.IMAGES, "interrupted.images", PARTITIONS);
        OwnJvm first = streamclr(
                "first", "ingest", pictures.toString(), "--images-topic", "interrupted.images", "--rate", "60");
        first.await(() -> ids("interrupted.images").size() >= 40);
        first.kill();
        int before = ids("interrupted.images").size();
        assertThat(before).isLessThan(300);

        JsonNode second = json("ingest", pictures.toString(), "--images-topic", "interrupted.images");

        assertThat(second.get("already_there").asInt()).isEqualTo(before);
        assertThat(second.get("sent").asInt()).isEqualTo(300 - before);
        assertThat(ids("interrupted.images")).hasSize(300).doesNotHaveDuplicates();
    }

    @Test
    void ofTwoThatSendOneFolderAtTheSameTimeEachImageIsThereOnce() throws Exception {
        Path pictures = folder.resolve("pictures");
        Pictures.write(pictures, 3000, 16);
        RealBroker.create(Topic.IMAGES, "two.images", PARTITIONS);
        String[] send = {"ingest", pictures.toString(), "--images-topic", "two.images", "--json"};

        OwnJvm first = streamclr("two-1", send);
        OwnJvm second = streamclr("two-2", send);
        JsonNode one = endOf(first);
        JsonNode other = endOf(second);

        assertThat(ids("two.images")).hasSize(3000).doesNotHaveDuplicates();
        assertThat(one.get("sent").asInt() + other.get("sent").asInt()).isEqualTo(3000);
        assertThat(one.get("already_there").asInt() + other.get("already_there").asInt())
                .isEqualTo(3000);
    }

    @Test
    void whoSleepsWhileAnotherTakesItsPlaceSendsNothingTwiceWhenItWakesUp() throws Exception {
        Path pictures = folder.resolve("pictures");
        Pictures.write(pictures, 1000, 16);
        RealBroker.create(Topic.IMAGES, "slept.images", PARTITIONS);
        OwnJvm sleeper = streamclr(
                "sleeper", "ingest", "--watch", pictures.toString(), "--images-topic", "slept.images", "--rate", "150");
        awaitIds("slept.images", 100, sleeper);
        sleeper.pause();
        int before = ids("slept.images").size();
        assertThat(before).isLessThan(1000);

        JsonNode sent = json("ingest", pictures.toString(), "--images-topic", "slept.images");
        List<String> meanwhile = ids("slept.images");
        sleeper.resume();
        Files.write(pictures.resolve("another.png"), Pictures.png(5000, 16));
        awaitIds("slept.images", 1001, sleeper);
        sleeper.terminate();

        assertThat(sent.get("sent").asInt()).isEqualTo(1000 - before);
        assertThat(meanwhile).hasSize(1000).doesNotHaveDuplicates();
        assertThat(ids("slept.images")).hasSize(1001).doesNotHaveDuplicates();
    }

    @Test
    void ofTwoReceiversThatAreSentTheSameImagesEachIsThereOnce() throws Exception {
        RealBroker.create(Topic.IMAGES, "balanced.images", PARTITIONS);
        HttpClient client = HttpClient.newHttpClient();
        List<Integer> ports = List.of(ServerPort.free(), ServerPort.free());
        List<OwnJvm> receivers = new ArrayList<>();
        for (int port : ports) {
            receivers.add(streamclr(
                    "receive-" + port,
                    "receive",
                    "--images-topic",
                    "balanced.images",
                    "--port",
                    Integer.toString(port)));
        }
        for (int i = 0; i < 2; i++) {
            awaitHealth(client, ports.get(i), receivers.get(i));
        }

        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            byte[] picture = Pictures.png(i, 16);
            List<CompletableFuture<HttpResponse<String>>> both = ports.stream()
                    .map(port -> client.sendAsync(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/images"))
                                    .header("Content-Type", "image/png")
                                    .POST(BodyPublishers.ofByteArray(picture))
                                    .build(),
                            BodyHandlers.ofString()))
                    .toList();
            for (CompletableFuture<HttpResponse<String>> one : both) {
                answers.add(one.get(60, TimeUnit.SECONDS).statusCode());
            }
        }
        receivers.forEach(OwnJvm::terminate);

        assertThat(answers).containsOnly(202);
        assertThat(ids("balanced.images")).hasSize(25).doesNotHaveDuplicates();
    }

    @Test
    void aWatchedFolderIsSentOnThoughTheProcessIsKilled() throws Exception {
        Path watched = Files.createDirectories(folder.resolve("watched"));
        Path made = folder.resolve("made");
        Pictures.write(made, 40, 16);
        RealBroker.create(Topic.IMAGES, "watched.images", PARTITIONS);
        String[] watch = {"ingest", "--watch", watched.toString(), "--images-topic", "watched.images"};
        OwnJvm first = streamclr("watch-1", watch);
        moveIn(made, watched, 0, 20);
        awaitIds("watched.images", 20, first);
        first.kill();
        moveIn(made, watched, 20, 30);

        OwnJvm second = streamclr("watch-2", watch);
        awaitIds("watched.images", 30, second);
        moveIn(made, watched, 30, 40);
        awaitIds("watched.images", 40, second);
        second.terminate();

        assertThat(second.lastWords()).contains("20 images sent").contains("20 already there");
        assertThat(ids("watched.images")).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void whatWasAcceptedIsInTheTopicWhenTheReceiverIsAskedToEnd() throws Exception {
        RealBroker.create(Topic.IMAGES, "pushed.images", PARTITIONS);
        int port = ServerPort.free();
        OwnJvm receiver =
                streamclr("receive", "receive", "--images-topic", "pushed.images", "--port", Integer.toString(port));
        HttpClient client = HttpClient.newHttpClient();
        URI images = URI.create("http://127.0.0.1:" + port + "/images");
        awaitHealth(client, port, receiver);
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<?>> requests = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            byte[] picture = Pictures.png(i, 16);
            HttpRequest request = HttpRequest.newBuilder(images)
                    .header("Content-Type", "image/png")
                    .POST(BodyPublishers.ofByteArray(picture))
                    .build();
            requests.add(client.sendAsync(request, BodyHandlers.ofString())
                    .thenAccept(answer -> {
                        if (answer.statusCode() == 202) {
                            accepted.add(ImageId.of(picture).toString());
                        }
                    })
                    .exceptionally(refused -> null)); // sent after it ended
            if (i == 200) {
                CompletableFuture.anyOf(requests.toArray(CompletableFuture[]::new))
                        .join();
                receiver.askToEnd();
            }
        }
        CompletableFuture.allOf(requests.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        receiver.terminate();

        List<String> there = ids("pushed.images");
        assertThat(accepted).isNotEmpty();
        assertThat(there).containsAll(accepted).doesNotHaveDuplicates();
        assertThat(receiver.lastWords()).contains(there.size() + " images sent");
    }

    @Test
    void aBucketIsReadLikeAFolder() throws Exception {
        RealBroker.create(Topic.IMAGES, "bucket.images", PARTITIONS);
        try (TinyS3 s3 = new TinyS3()) {
            for (int i = 0; i < 5; i++) {
                s3.put("photos/" + i + ".png", Pictures.png(i, 16));
            }
            s3.put("photos/deeper/6.png", Pictures.png(6, 16));
            s3.put("elsewhere/7.png", Pictures.png(7, 16));
            String place = s3.uri("photos");

            JsonNode sent = json("ingest", place, "--images-topic", "bucket.images");
            JsonNode again = json("ingest", place, "--images-topic", "bucket.images");

            assertThat(sent.get("sent").asInt()).isEqualTo(6);
            assertThat(again.get("sent").asInt()).isZero();
            assertThat(again.get("already_there").asInt()).isEqualTo(6);
        }
    }

    @Test
    void picturesThatLookLikeOneThatWasSentAreLeftOutAlsoByALaterRun() throws Exception {
        RealBroker.create(Topic.IMAGES, "near.images", PARTITIONS);
        Path originals = folder.resolve("originals");
        Path copies = Files.createDirectories(folder.resolve("copies"));
        Pictures.write(originals, 10, 64);
        for (int i = 0; i < 10; i++) {
            Files.write(copies.resolve(i + ".jpg"), Pictures.encoded(i, 64, "jpg"));
        }

        JsonNode first =
                json("ingest", originals.toString(), "--images-topic", "near.images", "--skip-near-duplicates", "4");
        JsonNode second =
                json("ingest", copies.toString(), "--images-topic", "near.images", "--skip-near-duplicates", "4");

        assertThat(first.get("sent").asInt()).isEqualTo(10);
        assertThat(second.get("sent").asInt()).isZero();
        assertThat(second.get("near_duplicates").asInt()).isEqualTo(10);
    }

    @Test
    void aVideoOfWhichAKilledRunSentAPartIsSentToItsEndByTheNext() throws Exception {
        Path videos = Files.createDirectories(folder.resolve("videos"));
        makeVideo(videos.resolve("clip.mp4"), 8, 25);
        RealBroker.create(Topic.IMAGES, "video.images", PARTITIONS);
        OwnJvm first = streamclr(
                "video",
                "ingest",
                "--watch",
                videos.toString(),
                "--fps=25",
                "--rate=60",
                "--images-topic",
                "video.images");
        awaitIds("video.images", 40, first);
        first.kill();
        int before = ids("video.images").size();
        assertThat(before).isLessThan(200);

        JsonNode second = json("ingest", videos.toString(), "--fps=25", "--images-topic", "video.images");

        assertThat(second.get("already_there").asInt()).isEqualTo(before);
        assertThat(second.get("sent").asInt()).isEqualTo(200 - before);
        assertThat(ids("video.images")).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void aBenchmarkOnSomebodysBrokerLeavesNothingThere() throws Exception {
        JsonNode figures = json("bench", "ingest", "--count=20", "--bytes=1000", "--turns=1");

        assertThat(figures.get("images").asInt()).isEqualTo(20);
        assertThat(figures.get("images_per_second").asDouble()).isPositive();
        assertThat(figures.get("producer_images_per_second").asDouble()).isPositive();
        try (Admin admin = Admin.create(RealBroker.connection().with(Map.of()))) {
            // A topic that is deleted is seen for a moment.
            Awaitility.await().until(() -> admin.listTopics().names().get().stream()
                    .noneMatch(name -> name.startsWith("streamclr-bench")));
        }
    }

    private static void makeVideo(Path file, int seconds, int rate) throws IOException {
        Process ffmpeg;
        try {
            ffmpeg = new ProcessBuilder(
                            "ffmpeg",
                            "-nostdin",
                            "-v",
                            "error",
                            "-f",
                            "lavfi",
                            "-i",
                            "testsrc2=size=160x120:rate=" + rate + ":duration=" + seconds,
                            "-pix_fmt",
                            "yuv420p",
                            file.toString())
                    .inheritIO()
                    .start();
        } catch (IOException missing) {
            throw new TestAbortedException("ffmpeg is not installed", missing);
        }
        assertThat(ffmpeg.onExit().join().exitValue()).isZero();
    }

    private OwnJvm streamclr(String name, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--bootstrap-server", RealBroker.address()));
        return OwnJvm.start(
                folder.resolve(name + ".out"),
                List.of("-Xmx256m", "-Duser.home=" + folder),
                Streamclr.class.getName(),
                all);
    }

    private static JsonNode json(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--bootstrap-server", RealBroker.address(), "--json"));
        Command command = Command.run(all.toArray(String[]::new));
        assertThat(command.exitCode()).as(command.errors()).isZero();
        return new ObjectMapper().readTree(command.lastLine());
    }

    private static JsonNode endOf(OwnJvm process) throws Exception {
        process.awaitEnd(Duration.ofSeconds(120));
        assertThat(process.exitCode()).as(process.lastWords()).isZero();
        String words = process.lastWords();
        return new ObjectMapper().readTree(words.substring(words.lastIndexOf("\n{") + 1));
    }

    private static void moveIn(Path from, Path to, int first, int end) throws IOException {
        for (int i = first; i < end; i++) {
            String name = String.format("%05d.png", i);
            Files.move(from.resolve(name), to.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void awaitIds(String topic, int count, OwnJvm process) throws Exception {
        process.await(() -> new HashSet<>(ids(topic)).size() >= count);
    }

    private static void awaitHealth(HttpClient client, int port, OwnJvm process) throws InterruptedException {
        HttpRequest health = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health"))
                .build();
        while (true) {
            try {
                HttpResponse<String> answer = client.send(health, BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
                return;
            } catch (IOException notYet) {
                assertThat(process.endsWithin(Duration.ofMillis(20)))
                        .as(process::lastWords)
                        .isFalse();
            }
        }
    }

    /** The keys of a topic's records. */
    private static List<String> ids(String topic) {
        return RealBroker.read(topic).values().stream()
                .flatMap(List::stream)
                .map(record -> new String(record.key(), UTF_8))
                .toList();
    }
}
