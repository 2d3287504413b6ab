package io.streamclr.console.lineage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.augment.view.Recipe;
import io.streamclr.console.replay.RunTopicOptions;
import io.streamclr.console.views.ContactSheet;
import io.streamclr.console.views.LineageText;
import io.streamclr.process.command.BrokerOptions;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.AppliedOperation;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.batchlog.LoggedRun;
import io.streamclr.trainer.batchlog.SlotOrigin;
import io.streamclr.trainer.render.PairRenderer;
import io.streamclr.trainer.render.StoredImage;
import io.streamclr.trainer.render.StoredImages;
import io.streamclr.trainer.views.RankShare;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr lineage}: from a slot of a batch to its image, and from an image to its steps. */
@Command(
        name = "lineage",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Trace a slot of a batch to its image, or an image to the steps that trained on it.",
            "Uses the topics of batches and images only, so views may have expired: the views of the slot are rendered"
                    + " again, byte for byte; --out draws them."
        })
public final class LineageCommand implements Callable<Integer> {

    private static final int TILE_PIXELS = 448;

    @Mixin
    private BrokerOptions broker;

    @Mixin
    private RunTopicOptions topics;

    @Option(
            names = "--run",
            paramLabel = "ID[/RANK]",
            required = true,
            description = "Name of the run. With several ranks an image is looked for in the batches of all, and a slot"
                    + " is of rank 0; with /1 behind the name it is of rank 1 alone, and so on.")
    private String run;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Question question;

    /** One of the two. */
    static final class Question {

        @ArgGroup(exclusive = false)
        private Place place;

        @Option(
                names = "--image",
                paramLabel = "ID",
                required = true,
                description = "Image ID: print every step and slot that it was in.")
        private String image;
    }

    /** A slot of a batch. */
    static final class Place {

        @Option(names = "--step", paramLabel = "S", required = true, description = "Training step, from 1.")
        private long step;

        @Option(names = "--slot", paramLabel = "I", required = true, description = "Slot of its batch, from 0.")
        private int slot;
    }

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Draw the image of a slot with both crops, and its two views, into this PNG file (default: no"
                    + " picture).")
    private Optional<Path> out;

    @Option(names = "--json", description = "Print the result as one JSON object, on the last line.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (question.place == null && out.isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--out draws what is in a slot, so it needs --step and --slot, and not --image");
        }
        KafkaConnection kafka = broker.connection();
        try (StoredImages images = new StoredImages(kafka, topics.images())) {
            if (question.place != null) {
                tell(kafka, images, question.place.step, question.place.slot);
            } else {
                find(kafka, images);
            }
        }
        spec.commandLine().getOut().flush();
        return 0;
    }

    private void tell(KafkaConnection kafka, StoredImages images, long step, int slot) {
        if (step < 1) {
            throw new ParameterException(spec.commandLine(), "--step is " + step + ", but steps count from 1");
        }
        BatchManifest manifest = LoggedRun.read(kafka, topics.batches(), run, step - 1, step)
                .batches()
                .get(0)
                .manifest();
        List<SlotOrigin> slots = SlotOrigin.of(manifest);
        if (slot < 0 || slot >= slots.size()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--slot is " + slot + ", but the batch of step " + step + " has slots 0 to " + (slots.size() - 1));
        }
        if (manifest.getRecipeText().isEmpty()) {
            throw new RefusalException("Step " + step + " of run " + run + " was logged without its recipe's text, so"
                    + " its views cannot be rendered again; 'streamclr replay' takes them from their topic while they are"
                    + " kept");
        }
        SlotOrigin origin = slots.get(slot);
        StoredImage stored = images.at(origin.partition(), origin.offset());
        PairRenderer painter = new PairRenderer(Recipe.parse(manifest.getRecipeText()), manifest.getRecipe());
        ViewPair pair = painter.draw(stored, origin.runSeed(), origin.pass());
        out.ifPresent(file -> {
            List<String> caption = List.of(
                    "step " + step + ", slot " + slot,
                    "run " + run,
                    "image " + pair.getImageId(),
                    "partition " + stored.partition() + ", offset " + stored.offset(),
                    "pass " + pair.getPass(),
                    "recipe " + manifest.getRecipeText());
            ContactSheet sheet = new ContactSheet(List.of(new ContactSheet.Captioned(pair, caption)), TILE_PIXELS);
            sheet.draw(0, painter.decode(stored));
            sheet.write(file);
        });
        if (json) {
            spec.commandLine().getOut().println(figures(step, slot, manifest, stored, pair));
        } else {
            describe(step, slot, slots.size(), manifest, stored, pair);
        }
    }

    private void describe(long step, int slot, int slots, BatchManifest manifest, StoredImage stored, ViewPair pair) {
        PrintWriter words = spec.commandLine().getOut();
        words.printf("slot      %d of the %d pairs of step %d, run %s%n", slot, slots, step, run);
        words.printf("image     %s%s%n", pair.getImageId(), source(stored));
        words.printf(
                "origin    topic %s, partition %d, offset %d, pass %d%n",
                topics.images(), stored.partition(), stored.offset(), pair.getPass());
        words.printf(
                "recipe    %s (%s), run seed %d%n", manifest.getRecipeText(), manifest.getRecipe(), pair.getRunSeed());
        describe("first", pair.getFirst());
        describe("second", pair.getSecond());
        words.println(out.map(file -> "Drawn into " + file.toAbsolutePath())
                .orElse("--out FILE.png draws the image with both crops, and the two views"));
    }

    private void describe(String name, View view) {
        spec.commandLine()
                .getOut()
                .printf("%-9s seed %016x, %s%n", name, view.getLineage().getSeed(), LineageText.of(view.getLineage()));
    }

    private static String source(StoredImage stored) {
        String source = OneLine.of(stored.image().getSource());
        Integer label = stored.image().getLabel();
        String name = stored.image().getClassName();
        return (source.isEmpty() ? "" : ", from " + source)
                + (label == null ? "" : ", label " + label)
                + (name == null ? "" : ", class " + OneLine.of(name));
    }

    private ObjectNode figures(long step, int slot, BatchManifest manifest, StoredImage stored, ViewPair pair) {
        ObjectNode figures = new ObjectMapper().createObjectNode();
        figures.put("run", run);
        figures.put("step", step);
        figures.put("slot", slot);
        figures.put("image", pair.getImageId());
        figures.put("source", stored.image().getSource());
        figures.put("label", stored.image().getLabel());
        figures.put("class", stored.image().getClassName());
        figures.put("partition", stored.partition());
        figures.put("offset", stored.offset());
        figures.put("pass", pair.getPass());
        figures.put("run_seed", pair.getRunSeed());
        figures.put("recipe", manifest.getRecipe());
        figures.put("recipe_text", manifest.getRecipeText());
        ArrayNode views = figures.putArray("views");
        for (View view : List.of(pair.getFirst(), pair.getSecond())) {
            ObjectNode shown = views.addObject();
            shown.put("seed", view.getLineage().getSeed());
            shown.putObject("crop")
                    .put("x", view.getLineage().getCrop().getX())
                    .put("y", view.getLineage().getCrop().getY())
                    .put("width", view.getLineage().getCrop().getWidth())
                    .put("height", view.getLineage().getCrop().getHeight());
            ArrayNode operations = shown.putArray("operations");
            for (AppliedOperation operation : view.getLineage().getOperations()) {
                ArrayNode values =
                        operations.addObject().put("name", operation.getName()).putArray("arguments");
                operation.getArguments().forEach(values::add);
            }
        }
        out.ifPresent(file -> figures.put("picture", file.toAbsolutePath().toString()));
        return figures;
    }

    private void find(KafkaConnection kafka, StoredImages images) {
        List<StoredImage> places = images.find(id());
        if (places.isEmpty()) {
            throw new RefusalException("Topic " + topics.images() + " has no image " + question.image
                    + "; 'streamclr views show' prints the ids of images");
        }
        PrintWriter words = spec.commandLine().getOut();
        ObjectNode figures =
                new ObjectMapper().createObjectNode().put("run", run).put("image", question.image);
        ArrayNode uses = figures.putArray("uses");
        int ranks = visit(kafka, run, places, uses);
        // The name of a later rank stands for it alone.
        for (int rank = 1; rank < ranks && !run.contains("/"); rank++) {
            visit(kafka, new RankShare(rank, ranks).nameOf(run), places, uses);
        }
        words.println(
                json
                        ? figures.toString()
                        : "Image " + question.image + " was in " + uses.size() + " slots of run " + run
                                + source(places.get(0)));
    }

    /** Tells of the slots of a rank that have an image. @return how many ranks the run had at last */
    private int visit(KafkaConnection kafka, String name, List<StoredImage> places, ArrayNode uses) {
        int[] ranks = {1};
        LoggedRun.visit(kafka, topics.batches(), name, batch -> {
            ranks[0] = Math.max(1, batch.manifest().getRanks());
            if (places.stream().noneMatch(each -> mayBeIn(batch.manifest(), each))) {
                return;
            }
            List<SlotOrigin> slots = SlotOrigin.of(batch.manifest());
            for (int slot = 0; slot < slots.size(); slot++) {
                SlotOrigin origin = slots.get(slot);
                if (places.stream().anyMatch(each -> stands(origin, each))) {
                    tell(name, batch.step(), slot, origin, uses);
                }
            }
        });
        return ranks[0];
    }

    private void tell(String name, long step, int slot, SlotOrigin origin, ArrayNode uses) {
        uses.addObject()
                .put("run", name)
                .put("step", step)
                .put("slot", slot)
                .put("pass", origin.pass())
                .put("partition", origin.partition())
                .put("offset", origin.offset());
        if (!json) {
            spec.commandLine()
                    .getOut()
                    .printf(
                            "step %d slot %d%s: pass %d, from partition %d offset %d%n",
                            step,
                            slot,
                            name.contains("/") ? " of " + name : "",
                            origin.pass(),
                            origin.partition(),
                            origin.offset());
        }
    }

    private ImageId id() {
        try {
            return ImageId.parse(question.image);
        } catch (IllegalArgumentException noId) {
            throw new ParameterException(
                    spec.commandLine(), "--image is '" + question.image + "', but an image id has 32 hex digits", noId);
        }
    }

    private static boolean mayBeIn(BatchManifest manifest, StoredImage stored) {
        return SlotOrigin.mayBeIn(manifest, stored.partition(), stored.offset());
    }

    private static boolean stands(SlotOrigin origin, StoredImage stored) {
        return origin.partition() == stored.partition() && origin.offset() == stored.offset();
    }
}
