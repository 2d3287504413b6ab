package io.streamclr.console.embed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.console.Interruptible;
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
                    + " with both, IMAGES are only read to draw the results with --out."
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

    @Option(names = "--like", paramLabel = "IMAGE", required = true, description = "Query image.")
    private Path like;

    @Option(
            names = "--index",
            paramLabel = "FILE",
            description = "Embeddings that 'streamclr embed' wrote with the same encoder, .npy or .parquet.")
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

    /** @param cosine in [-1, 1], up to rounding */
    private record Result(Entry entry, float cosine) {}

    @Override
    public Integer call() {
        options.require(spec);
        if (top < 1 || top > MOST_RESULTS) {
            throw new ParameterException(spec.commandLine(), "--top must be 1 to " + MOST_RESULTS);
        }
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
            int wide =
                    results.stream().mapToInt(result -> word(result).length()).reduce("class".length(), Math::max);
            print.printf("%4s  %7s  %-" + wide + "s  %s%n", "rank", "cosine", "class", "image");
            for (int rank = 0; rank < results.size(); rank++) {
                Result result = results.get(rank);
                print.printf(
                        "%4d  %7.4f  %-" + wide + "s  %s%n",
                        rank + 1,
                        result.cosine(),
                        word(result),
                        OneLine.of(result.entry().source()));
            }
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

    private static String word(Result result) {
        return OneLine.of(result.entry().classWord());
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
        ArrayNode found = object.putArray("results");
        for (Result result : results) {
            ObjectNode one = found.addObject();
            one.put("id", result.entry().id());
            one.put("source", result.entry().source());
            if (result.entry().label() != Entry.NO_LABEL) {
                one.put("label", result.entry().label());
            }
            if (!result.entry().className().isEmpty()) {
                one.put("class", result.entry().className());
            }
            one.put("cosine", result.cosine());
        }
        object.put("undecodable", undecodable);
        if (out != null) {
            object.put("sheet", out.toString());
        }
        return object;
    }
}
