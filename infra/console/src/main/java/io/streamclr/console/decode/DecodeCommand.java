package io.streamclr.console.decode;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.augment.RecipePresets;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.FormatName;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.LeftOut;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.ingest.source.Found;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.stream.options.DecodingOptions;
import io.streamclr.stream.options.LimitOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code streamclr decode}. */
@Command(
        name = "decode",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Show how the augment job decodes images: write each as a PNG, and print its format, its size, and the"
                    + " reason if it is rejected.",
            "The exit code is 1 if anything cannot be read or decoded. Existing files are not overwritten: the new"
                    + " file gets a number."
        })
public final class DecodeCommand implements Callable<Integer> {

    private static final String ROW = "%-40s %-10s %13s  %s%n";

    @Parameters(
            paramLabel = "FILES",
            arity = "1..*",
            description = "Directories, image files, and whatever else 'ingest' reads.")
    private List<Path> places;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Output directory for NAME.png; created if missing.")
    private Path out;

    @Option(
            names = "--recipe",
            paramLabel = "RECIPE",
            completionCandidates = RecipePresets.class,
            defaultValue = "imagenet",
            description =
                    "The recipe of the job, for its decoding settings: a preset (imagenet, cifar, grey) and changes"
                            + " to it (default: ${DEFAULT-VALUE}).")
    private String recipe;

    @Mixin
    private DecodingOptions decoding;

    @Mixin
    private LimitOptions limits;

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final ArrayNode rows = new ObjectMapper().createArrayNode();
    private final LeftOut leftOut = new LeftOut();
    private PrintWriter words;
    private PngFolder folder;
    private ImageDecoder decoder;
    private long decoded;
    private long unreadable;
    private long skipped;

    @Override
    public Integer call() {
        words = spec.commandLine().getOut();
        decoder = decoding.in(Recipe.parse(recipe)).imageDecoder(limits.limits());
        places.forEach(ImageSource::requireThere);
        folder = PngFolder.at(out);
        if (!json) {
            words.printf(ROW, "image", "format", "pixels", "outcome");
        }
        for (Path place : places) {
            try (ImageSource source = ImageSource.open(place)) {
                for (Optional<Found> found = source.next(); found.isPresent(); found = source.next()) {
                    found.get().match(this::show, this::show, nothing -> skipped++);
                    words.flush();
                }
            }
        }
        if (decoded + leftOut.count() + unreadable == 0) {
            throw new RefusalException("No image lies under " + ImageSource.inWords(places) + "; check the paths");
        }
        sum();
        return leftOut.count() + unreadable == 0 ? 0 : 1;
    }

    private void show(Found.Image image) {
        String format = FormatName.of(image.encoded());
        decoder.decode(image.encoded())
                .match(
                        seen -> {
                            decoded++;
                            Pixels pixels = seen.pixels();
                            Path file = folder.write(image.source(), pixels);
                            row(image.source(), format, pixels.width(), pixels.height(), "DECODED", file.toString());
                            return true;
                        },
                        rejected -> {
                            leftOut.add(image.source(), rejected);
                            row(image.source(), format, rejected);
                            return false;
                        });
    }

    private void show(Found.Unreadable file) {
        unreadable++;
        row(file.source(), "", 0, 0, "UNREADABLE", "it cannot be read because it " + file.why());
    }

    private void row(String source, String format, Decoding.Rejected rejected) {
        row(source, format, 0, 0, rejected.reason().name(), rejected.detail());
    }

    /** @param detail where it was written to, or why it was not */
    private void row(String source, String format, int width, int height, String outcome, String detail) {
        boolean decoded = outcome.equals("DECODED");
        if (json) {
            ObjectNode row = rows.addObject();
            row.put("image", source);
            row.put("format", format);
            row.put("outcome", outcome);
            row.put(decoded ? "file" : "detail", detail);
            if (decoded) {
                row.put("width", width);
                row.put("height", height);
            }
        } else {
            words.printf(
                    Locale.ROOT,
                    ROW,
                    OneLine.of(source),
                    format,
                    decoded ? width + " x " + height : "",
                    OneLine.of(decoded ? detail : outcome + ": " + detail));
        }
    }

    private void sum() {
        if (json) {
            ObjectNode all = new ObjectMapper().createObjectNode();
            all.put("decoded", decoded);
            all.put("rejected", leftOut.count());
            all.put("unreadable", unreadable);
            all.put("skipped", skipped);
            all.put("out", out.toString());
            all.set("images", rows);
            words.println(all);
        } else {
            words.printf(
                    Locale.ROOT,
                    "%,d decoded, %,d rejected%s, %,d unreadable; %,d other files passed over%n",
                    decoded,
                    leftOut.count(),
                    leftOut.count() == 0 ? "" : " (" + leftOut.reasons() + ")",
                    unreadable,
                    skipped);
        }
        words.flush();
    }
}
