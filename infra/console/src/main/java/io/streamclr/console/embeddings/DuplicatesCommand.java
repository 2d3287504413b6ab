package io.streamclr.console.embeddings;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.Interruptible;
import io.streamclr.console.similar.HeldVectors;
import io.streamclr.console.similar.Item;
import io.streamclr.console.similar.Likeness;
import io.streamclr.console.similar.NearDuplicates;
import io.streamclr.console.similar.VectorIndex;
import io.streamclr.console.vectors.EmbeddingLog;
import io.streamclr.console.vectors.EmbeddingTopic;
import io.streamclr.console.vectors.EncoderName;
import io.streamclr.console.vectors.LogPosition;
import io.streamclr.console.vectors.Tally;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr embeddings duplicates}: images that look alike to the encoder. */
@Command(
        name = "duplicates",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "List groups of images that look alike: a chain of pairs of this cosine or more connects those of a group.",
            "Every pair is compared, for up to 50,000 images; beyond, an index finds the pairs (--index), 32 an image."
        })
final class DuplicatesCommand implements Callable<Integer> {

    /** Pairs grow with the square: these are a billion, which take minutes. */
    private static final int MOST_COMPARED = 50_000;

    @Mixin
    private EmbeddingTopic topic;

    @Option(
            names = "--cosine",
            paramLabel = "C",
            defaultValue = "0.97",
            description = "Cosine from which on two images look alike (default: ${DEFAULT-VALUE}).")
    private float cosine;

    @Option(
            names = "--index",
            paramLabel = "PATH",
            description = "Folder of the index that 'streamclr search --topic' keeps, made where there is none.")
    private Path index;

    @Option(
            names = "--most",
            paramLabel = "N",
            defaultValue = "50",
            description = "Maximum number of groups to list; all are counted (default: ${DEFAULT-VALUE}).")
    private int most;

    @Option(names = "--json", description = "Print one JSON object instead of a list.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!(cosine > 0 && cosine <= 1) || most < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--cosine must be above 0 and at most 1, and --most at least 1");
        }
        return Interruptible.work(() -> index == null ? compareAll() : lookUp());
    }

    private int compareAll() {
        String digest = topic.digest();
        HeldVectors held = HeldVectors.empty();
        AtomicReference<EncoderName> encoder = new AtomicReference<>();
        try (EmbeddingLog log = topic.open(Optional.of(digest), LogPosition.BEGINNING)) {
            log.readToEnd(batch -> {
                if (held.size() + batch.size() > MOST_COMPARED) {
                    throw new RefusalException(String.format(
                            Locale.ROOT,
                            "Topic %s holds more than %,d embeddings of the encoder, of which to compare every pair takes"
                                    + " too long; give a folder for an index with --index DIR",
                            topic.name(),
                            MOST_COMPARED));
                }
                batch.forEach(embedding -> {
                    encoder.compareAndSet(null, embedding.encoder());
                    held.add(embedding);
                });
            });
            return report(held, Optional.ofNullable(encoder.get()), log.tally());
        }
    }

    private int lookUp() {
        String digest = topic.digest();
        try (VectorIndex found = VectorIndex.open(index)) {
            found.requireOf(topic.name(), topic.identity(), digest);
            try (EmbeddingLog log = topic.open(Optional.of(digest), found.position())) {
                found.follow(log);
                Tally now = log.tally();
                return report(
                        found, found.encoder(), new Tally(found.size(), found.others(), now.repeated(), now.foreign()));
            }
        }
    }

    private int report(Likeness images, Optional<EncoderName> encoder, Tally tally) {
        EncoderName name = encoder.orElseThrow(() -> new RefusalException(
                "Topic " + topic.name() + " holds no embedding of that encoder; name another with --encoder-digest"));
        spec.commandLine().getErr().println("Comparing " + tally.inWords(name));
        spec.commandLine().getErr().flush();
        List<List<Item>> groups = NearDuplicates.groups(images, cosine);
        int alike = groups.stream().mapToInt(List::size).sum();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(object(groups, alike, name, tally));
        } else {
            print(out, groups, alike, tally);
        }
        out.flush();
        return 0;
    }

    private ObjectNode object(List<List<Item>> groups, int alike, EncoderName encoder, Tally tally) {
        ObjectNode object = new ObjectMapper().createObjectNode();
        object.put("embeddings", tally.taken());
        object.put("encoder", encoder.digest());
        object.put("other_encoders", tally.others());
        object.put("cosine", cosine);
        object.put("groups", groups.size());
        object.put("images_in_groups", alike);
        ArrayNode listed = object.putArray("listed");
        groups.stream().limit(most).forEach(group -> {
            ArrayNode images = listed.addArray();
            group.forEach(item -> images.addObject().put("id", item.id()).put("source", item.source()));
        });
        return object;
    }

    private void print(PrintWriter out, List<List<Item>> groups, int alike, Tally tally) {
        groups.stream().limit(most).forEach(group -> {
            out.printf(Locale.ROOT, "%,d images%n", group.size());
            group.forEach(item -> out.printf("  %s  %s%n", item.id(), OneLine.of(item.source())));
        });
        if (groups.size() > most) {
            out.printf(Locale.ROOT, "... and %,d more groups%n", groups.size() - most);
        }
        out.printf(
                Locale.ROOT,
                "%,d of %,d images in %,d group%s%n",
                alike,
                tally.taken(),
                groups.size(),
                groups.size() == 1 ? "" : "s");
    }
}
