package io.streamclr.trainer.run;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.process.command.OtherNames;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.identity.Seeds;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.Lineage;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.ReplayedImage;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.command.TrainCommand;
import io.streamclr.trainer.encoder.Safetensors;
import io.streamclr.trainer.feed.TestBroker;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.views.ViewRenderer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A broker with view pairs on it, and runs of a network so small that a step takes a few milliseconds. */
public final class SmallRuns implements AutoCloseable {

    public static final int BATCH = 8;
    public static final String RECIPE = "00000000000000aa";
    /** Pairs of it say what their pictures look like. */
    static final String HASHING = "00000000000000ab";

    private static final int PARTITIONS = 2;
    static final int SIDE = 12;
    private static final String USUAL =
            "--batch-size 8 --block 2 --chunk 16 --width 0.0625 --stem small2 --head-output 16 --learning-rate 0.005"
                    + " --warm-up 0 --threads 1 --save-every 5 --keep 2 --depth 18 --stages 1 --head-hidden 0"
                    + " --temperature 0.2 --precision float32 --optimiser adamw --device cpu";

    private final TestBroker broker;

    private SmallRuns(TestBroker broker) {
        this.broker = broker;
    }

    /** A broker whose topic {@code views} holds these many pairs. */
    public static SmallRuns start(int pairs) throws Exception {
        return on(TestBroker.shared(), pairs);
    }

    /** The same on a broker that may be killed and paused. */
    static SmallRuns startAlone(Path home, int pairs) throws Exception {
        return on(TestBroker.start(home), pairs);
    }

    private static SmallRuns on(TestBroker broker, int pairs) throws Exception {
        SmallRuns runs = new SmallRuns(broker);
        try (Topics topics = Topics.at(runs.broker.connection())) {
            topics.create(Topic.BATCHES, "batches", 1);
            topics.create(Topic.ENCODERS, "encoders", 1);
        }
        runs.createViews("views");
        runs.send("views", 0, pairs, RECIPE);
        return runs;
    }

    /** Of the broker. */
    public String address() {
        return broker.connection().bootstrapServers();
    }

    /** To the broker. */
    public KafkaConnection kafka() {
        return broker.connection();
    }

    TestBroker broker() {
        return broker;
    }

    /** An empty topic of views. */
    public void createViews(String topic) {
        try (Topics topics = Topics.at(broker.connection())) {
            topics.create(Topic.VIEWS, topic, PARTITIONS);
        }
    }

    /** Sends the pairs with these numbers, each of another image. */
    public void send(String topic, int from, int to, String recipe) throws Exception {
        send(topic, from, to, recipe, Integer.MAX_VALUE);
    }

    /** Sends one record of any bytes to the first partition. */
    public void sendBytes(String topic, byte[] value) throws Exception {
        ByteArraySerializer bytes = new ByteArraySerializer();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(broker.connection().with(Map.of("acks", "all")), bytes, bytes)) {
            producer.send(new ProducerRecord<>(topic, 0, null, value)).get();
        }
    }

    /** Sends the pairs with these numbers, of so many images in turn. */
    void send(String topic, int from, int to, String recipe, int images) throws Exception {
        send(topic, from, to, i -> pair(i, recipe, images));
    }

    /**
     * Sends pairs of images of one colour each, but for noise.
     *
     * @param pass of all of them
     * @param brightness of an image by its number, 0 to 195
     */
    void sendPlain(String topic, int pass, int images, IntUnaryOperator brightness) throws Exception {
        send(topic, 0, images, i -> {
            Random random = new Random(i);
            int least = brightness.applyAsInt(i);
            return new ViewPair(
                    new ImageId(1, i).toString(),
                    pass,
                    new Origin(i % PARTITIONS, (long) i / PARTITIONS),
                    7L,
                    RECIPE,
                    plain(random, least),
                    plain(random, least),
                    null);
        });
    }

    private void send(String topic, int from, int to, IntFunction<ViewPair> pairs) throws Exception {
        ByteArraySerializer bytes = new ByteArraySerializer();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(broker.connection().with(Map.of("acks", "all")), bytes, bytes)) {
            for (int i = from; i < to; i++) {
                byte[] pair = WireFormat.VIEW_PAIR.encode(pairs.apply(i));
                sent.add(producer.send(new ProducerRecord<>(topic, i % PARTITIONS, null, pair)));
            }
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        }
    }

    private static ViewPair pair(int number, String recipe, int images) {
        Random random = new Random(number);
        Origin origin = new Origin(number % PARTITIONS, (long) number / PARTITIONS);
        return new ViewPair(
                new ImageId(1, number % images).toString(),
                0,
                origin,
                7L,
                recipe,
                view(random),
                view(random),
                pictureHash(recipe, number % images));
    }

    /** Images 2n and 2n + 1 differ in three bits, all others in many. */
    private static Long pictureHash(String recipe, long image) {
        return recipe.equals(HASHING) ? Long.valueOf(Seeds.of(5, "picture", image / 2) ^ 7 * (image % 2)) : null;
    }

    /** Draws new views of what a run remembers, from the number of the image, its pass and the seed alone. */
    static final ViewRenderer REPLAYING = new ViewRenderer() {

        @Override
        public void draw(ExpiredViews lost, Consumer<byte[]> into) {
            NONE.draw(lost, into);
        }

        @Override
        public void replay(RememberedViews wanted, Consumer<byte[]> into) {
            for (ReplayedImage image : wanted.images()) {
                int number = (int) image.getOffset() * PARTITIONS + image.getPartition();
                Random random = new Random(wanted.seed() + 31L * number + image.getPass());
                into.accept(WireFormat.VIEW_PAIR.encode(new ViewPair(
                        new ImageId(1, number).toString(),
                        image.getPass(),
                        new Origin(image.getPartition(), image.getOffset()),
                        wanted.seed(),
                        wanted.recipe(),
                        view(random),
                        view(random),
                        pictureHash(wanted.recipe(), number))));
            }
        }
    };

    private static View view(Random random) {
        byte[] pixels = new byte[SIDE * SIDE * 3];
        random.nextBytes(pixels);
        return view(random, pixels);
    }

    private static View plain(Random random, int least) {
        byte[] pixels = new byte[SIDE * SIDE * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (least + random.nextInt(60));
        }
        return view(random, pixels);
    }

    private static View view(Random random, byte[] pixels) {
        Lineage lineage = new Lineage(random.nextLong(), 9, 9, new CropBox(0, 0, 9, 9), List.of());
        return new View(SIDE, SIDE, ByteBuffer.wrap(pixels), lineage);
    }

    /**
     * The command line of a run.
     *
     * @param checkpoints a path or a URI
     * @param more options with their values, beside the usual ones or instead of them
     */
    public String[] arguments(Object checkpoints, String run, String more) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("--bootstrap-server", broker.connection().bootstrapServers());
        options.put("--checkpoints", checkpoints.toString());
        options.put("--run", run);
        for (String line : List.of(USUAL, more)) {
            String[] words = line.split(" ", -1);
            for (int i = 0; i + 1 < words.length; i += 2) {
                options.put(words[i], words[i + 1]);
            }
        }
        List<String> arguments = new ArrayList<>();
        options.forEach((option, value) -> arguments.addAll(List.of(option, value)));
        return arguments.toArray(String[]::new);
    }

    /** What {@link #arguments} say. */
    public TrainConfig config(Object checkpoints, String run, String more) {
        return config(arguments(checkpoints, run, more));
    }

    public static TrainConfig config(String... arguments) {
        TrainCommand command = new TrainCommand();
        try {
            CommandLine line = new CommandLine(command);
            OtherNames.addTo(line);
            line.setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
        } catch (ParameterException mistake) {
            throw new RefusalException(mistake.getMessage(), mistake);
        }
        return command.config();
    }

    /** Trains in this process. */
    public Outcome train(Object checkpoints, String run, String more) throws InterruptedException {
        return new Training(config(checkpoints, run, more), new SimpleMeterRegistry(), REPLAYING).run(report -> {});
    }

    /** A process of its own; what it prints goes into {@code child.log} in the folder of checkpoints. */
    static Process child(Path log, Class<?> main, List<String> jvm, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(jvm);
        command.addAll(
                List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Waits until something holds while a child is at work. */
    static void await(Process child, Path log, BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (child.waitFor(1, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("The child ended too early: " + text(log));
            }
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** All that a checkpoint keeps of a network and its optimiser, by file. */
    public static Map<String, Map<String, Safetensors.Values>> tensors(Outcome outcome) throws IOException {
        Map<String, Map<String, Safetensors.Values>> tensors = new LinkedHashMap<>();
        for (String file : List.of("encoder.safetensors", "head.safetensors", "optimiser.safetensors")) {
            Path path = outcome.checkpoint().orElseThrow().resolve(file);
            tensors.put(file, Safetensors.read(path).floats());
        }
        return tensors;
    }

    @Override
    public void close() {
        broker.close();
    }

    /** Deletes a checkpoint, which has no folders in it. */
    static void delete(Path checkpoint) throws IOException {
        try (Stream<Path> files = Files.list(checkpoint)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(checkpoint);
    }
}
