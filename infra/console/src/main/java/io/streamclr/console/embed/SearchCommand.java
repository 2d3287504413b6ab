package io.streamclr.console.embed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.console.Interruptible;
import io.streamclr.console.similar.Nearest;
import io.streamclr.console.vectors.EmbeddingTopic;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.Embedder;
import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.encoder.ShippedEncoder;
import io.streamclr.trainer.probe.Neighbours;
import io.streamclr.trainer.probe.Probe;
import io.streamclr.trainer.torch.Torch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code streamclr search}: the images that are most like one. */
@Command(
        name = "search",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Find the images most similar to one, by cosine similarity of their embeddings.",
            "Searches in IMAGES, or, without embedding them again, in a file that 'streamclr embed' wrote (--index);"
                    + " with both, IMAGES are only read to draw the results with --out.",
            "With --topic it searches in the embeddings that 'streamclr embed --follow' writes: each is compared, or,"
                    + " with --index DIR, an index is kept in a folder, and brought up to date by each search."
        })
public final class SearchCommand implements Callable<Integer> {

    private static final int MOST_RESULTS = 1_000;

    @Parameters(
            paramLabel = "IMAGES",
            arity = "0..*",
            description = "Directories, image files, WebDataset tar files, IDX files.")
    private List<Path> images = List.of();

    @Mixin
    private EncoderOptions options;

    @Mixin
    private EmbeddingTopic topic;

    @Option(names = "--like", paramLabel = "IMAGE", description = "Query image.")
    private Path like;

    @Option(
            names = "--like-id",
            paramLabel = "ID",
            description = "Query image, by its id, of those in the --topic; needs no encoder.")
    private String likeId;

    @Option(
            names = "--index",
            paramLabel = "PATH",
            description =
                    "Embeddings that 'streamclr embed' wrote with the same encoder, .npy or .parquet; with --topic,"
                            + " folder of an approximate index (HNSW), made where there is none.")
    private Path index;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "17",
            description = "Number of images to find (default: ${DEFAULT-VALUE}).")
    private int top;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "Draw the results into this PNG file: first the query image, framed, then the nearest images in"
                            + " order. Needs IMAGES (default: no picture).")
    private Path out;

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (top < 1 || top > MOST_RESULTS) {
            throw new ParameterException(spec.commandLine(), "--top must be 1 to " + MOST_RESULTS);
        }
        return topic.isNamed() ? inTopic() : inImages();
    }

    private int inTopic() {
        if (!images.isEmpty() || out != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--topic searches in a topic, which has no pictures; leave out IMAGES and --out");
        }
        if ((like == null) == (likeId == null)) {
            throw new ParameterException(spec.commandLine(), "give either --like IMAGE or --like-id ID with --topic");
        }
        if (likeId != null && options.areGiven()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--like-id needs no encoder, because the topic has the embedding; leave out --encoder");
        }
        TopicSearch search = new TopicSearch(topic);
        Function<Nearest, float[]> query =
                likeId == null ? TopicSearch.ofVector(embedQuery(search)) : search.ofImage(likeId);
        PrintWriter notices = spec.commandLine().getErr();
        TopicSearch.Outcome outcome = Interruptible.work(
                () -> index == null ? search.exactly(query, top, notices) : search.indexed(index, query, top, notices));
        PrintWriter print = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = new ObjectMapper().createObjectNode();
            object.put("like", likeId == null ? like.toString() : likeId);
            ResultTable.write(object.putArray("results"), outcome.results());
            object.put("encoder", outcome.encoder().digest());
            object.put("run", outcome.encoder().run());
            object.put("step", outcome.encoder().step());
            object.put("embeddings", outcome.embeddings());
            object.put("other_encoders", outcome.others());
            print.println(object);
        } else {
            ResultTable.print(print, outcome.results());
        }
        print.flush();
        return 0;
    }

    /** What the very encoder of the topic's embeddings makes of the query image. */
    private float[] embedQuery(TopicSearch search) {
        options.require(spec);
        if (options.output() != EncoderOptions.Output.h) {
            throw new ParameterException(
                    spec.commandLine(), "topics hold the encoder's output; leave out --features with --topic");
        }
        ShippedEncoder shipped = options.find(spec.commandLine().getErr());
        search.requireMadeBy(shipped);
        ImageWalk walk = options.walk(shipped, spec.commandLine().getErr());
        Pixels asked = asked(walk);
        return Interruptible.work(() -> {
            try (Torch torch = options.torch();
                    Embedder encoder = options.load(torch, shipped)) {
                return walk.embed(asked, encoder).row(0);
            }
        });
    }

    private int inImages() {
        if (like == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--like=IMAGE'");
        }
        if (likeId != null || topic.isMeant()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--like-id, --encoder-digest and brokers are about a topic; name it with --topic");
        }
        options.require(spec);
        if (images.isEmpty() && (index == null || out != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    index == null
                            ? "give IMAGES to search in, or --index FILE"
                            : "--out needs IMAGES: the index holds no pictures");
        }
        ShippedEncoder shipped = options.find(spec.commandLine().getErr());
        ImageWalk walk = options.walk(shipped, spec.commandLine().getErr());
        Pixels asked = asked(walk);
        List<Result> results = Interruptible.work(() -> search(walk, shipped, asked));
        if (out != null) {
            draw(walk, asked, results);
        }
        PrintWriter print = spec.commandLine().getOut();
        if (json) {
            print.println(object(results, walk.leftOut().count()));
        } else {
            ResultTable.print(print, results);
            if (out != null) {
                print.println("drawn in " + out);
            }
            if (walk.leftOut().count() > 0) {
                print.println(walk.leftOut().sentence());
            }
        }
        print.flush();
        return 0;
    }

    private Pixels asked(ImageWalk walk) {
        try {
            return walk.decode(Files.readAllBytes(like)).match(Decoding.Decoded::pixels, rejected -> {
                throw new RefusalException("The image " + OneLine.of(like.toString()) + " cannot be decoded ("
                        + rejected.detail() + "); give another one with --like");
            });
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "Cannot read the image " + like + "; check the path that --like names", unreadable);
        }
    }

    private List<Result> search(ImageWalk walk, ShippedEncoder shipped, Pixels asked) {
        try (Torch torch = options.torch();
                Embedder encoder = options.load(torch, shipped);
                Probe probe = Probe.on(torch)) {
            Embeddings all = index != null ? Embeddings.read(index) : embed(walk, encoder);
            Features query = walk.embed(asked, encoder);
            if (query.dimension() != all.features().dimension()) {
                throw new RefusalException("The encoder makes " + query.dimension() + " features of an image, but "
                        + index + " holds " + all.features().dimension() + "; use the encoder that it was made with");
            }
            int found = Math.min(top, all.entries().size());
            Neighbours nearest = probe.nearest(query, all.features(), found);
            List<Result> results = new ArrayList<>();
            for (int rank = 0; rank < found; rank++) {
                results.add(new Result(all.entries().get(nearest.index(0, rank)), nearest.cosine(0, rank)));
            }
            return results;
        }
    }

    private Embeddings embed(ImageWalk walk, Embedder encoder) {
        Embeddings.Builder all = new Embeddings.Builder();
        try (EmbeddingProgress progress =
                EmbeddingProgress.on(spec.commandLine().getErr())) {
            walk.embed(images, encoder, all::add, progress);
        } catch (IOException impossible) {
            throw new IllegalStateException("Nothing is written", impossible);
        }
        return all.build();
    }

    private void draw(ImageWalk walk, Pixels asked, List<Result> results) {
        Set<String> ids = new LinkedHashSet<>();
        results.forEach(result -> ids.add(result.entry().id()));
        Map<String, Pixels> pictures = walk.pictures(images, ids);
        ResultSheet sheet = new ResultSheet(results.size(), asked);
        for (int rank = 0; rank < results.size(); rank++) {
            Pixels picture = pictures.get(results.get(rank).entry().id());
            if (picture != null) {
                sheet.draw(rank, picture);
            }
        }
        sheet.write(out);
    }

    private ObjectNode object(List<Result> results, long undecodable) {
        ObjectNode object = new ObjectMapper().createObjectNode();
        object.put("like", like.toString());
        ResultTable.write(object.putArray("results"), results);
        object.put("undecodable", undecodable);
        if (out != null) {
            object.put("sheet", out.toString());
        }
        return object;
    }
}
