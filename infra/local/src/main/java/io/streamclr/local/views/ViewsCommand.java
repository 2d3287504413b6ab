package io.streamclr.local.views;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.augment.view.ViewEngine;
import io.streamclr.local.Broker;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr views}: what the trainer is fed, for human eyes. */
@Command(
        name = "views",
        mixinStandardHelpOptions = true,
        description = "Look at view pairs as pictures, or render them again and compare the bytes.",
        subcommands = {ViewsCommand.Show.class, ViewsCommand.Verify.class})
public final class ViewsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with the views: show or verify");
    }

    /** Which pairs, of which topics. */
    static final class Selection {

        @Mixin
        private Broker broker;

        @Option(
                names = "--views-topic",
                paramLabel = "TOPIC",
                defaultValue = "views",
                description = "Topic of view pairs. Default: ${DEFAULT-VALUE}.")
        private String views;

        @Option(
                names = "--images-topic",
                paramLabel = "TOPIC",
                defaultValue = "images",
                description = "Topic of the images they were drawn from. Default: ${DEFAULT-VALUE}.")
        private String images;

        @Option(
                names = "--partition",
                paramLabel = "P",
                description = "Partition of one pair; with --offset. Without the two: the newest pairs.")
        private Integer partition;

        @Option(names = "--offset", paramLabel = "O", description = "Offset of one pair in its partition.")
        private Long offset;

        ViewLog open() {
            return new ViewLog(broker.connection(), views, images);
        }

        List<ViewLog.Located> read(ViewLog log, int count, CommandSpec spec) {
            if ((partition == null) != (offset == null)) {
                throw new ParameterException(spec.commandLine(), "--partition and --offset go together");
            }
            if (count < 1 || count > 100_000) {
                throw new ParameterException(
                        spec.commandLine(), "--count is " + count + ", but 1 to 100000 pairs are possible");
            }
            List<ViewLog.Located> pairs =
                    partition == null ? log.newest(count) : List.of(log.atOrAfter(partition, offset));
            if (pairs.isEmpty()) {
                throw new RefusalException("Topic " + views + " is empty; draw views with 'streamclr augment'");
            }
            return pairs;
        }
    }

    /** {@code streamclr views show}. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = {
                "Draw view pairs into one PNG picture.",
                "Each is shown as its original with both crop boxes, and the two views; how each was drawn is printed"
                        + " in words."
            })
    static final class Show implements Callable<Integer> {

        @Mixin
        private Selection selection;

        @Option(
                names = "--count",
                paramLabel = "N",
                defaultValue = "12",
                description = "How many of the newest pairs. Default: ${DEFAULT-VALUE}.")
        private int count;

        @Option(
                names = "--tile",
                paramLabel = "PIXELS",
                defaultValue = "112",
                description = "Side of each picture in the sheet. Default: ${DEFAULT-VALUE}.")
        private int tile;

        @Option(
                names = "--out",
                paramLabel = "FILE",
                defaultValue = "views.png",
                description = "The PNG file to write. Default: ${DEFAULT-VALUE}.")
        private Path out;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            if (tile < 16 || tile > 2048) {
                throw new ParameterException(
                        spec.commandLine(), "--tile is " + tile + ", but 16 to 2048 pixels are possible");
            }
            PrintWriter words = spec.commandLine().getOut();
            try (ViewLog log = selection.open()) {
                List<ViewLog.Located> pairs = selection.read(log, count, spec);
                ContactSheet sheet = new ContactSheet(pairs.size(), 3, tile);
                for (int i = 0; i < pairs.size(); i++) {
                    ViewLog.Located located = pairs.get(i);
                    sheet.draw(i, log.original(located.pair()), located.pair());
                    describe(words, located);
                }
                sheet.write(out);
            }
            words.println("Drawn into " + out.toAbsolutePath());
            words.flush();
            return 0;
        }

        private static void describe(PrintWriter words, ViewLog.Located located) {
            ViewPair pair = located.pair();
            words.printf(
                    "partition %d offset %d: image %s, pass %d, from partition %d offset %d%n",
                    located.partition(),
                    located.offset(),
                    pair.getImageId(),
                    pair.getPass(),
                    pair.getOrigin().getPartition(),
                    pair.getOrigin().getOffset());
            words.println("  first  " + LineageText.of(pair.getFirst().getLineage()));
            words.println("  second " + LineageText.of(pair.getSecond().getLineage()));
        }
    }

    /** {@code streamclr views verify}. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Render view pairs again and compare the bytes.",
                "Each is drawn twice: from the image and the seeds, and from the image and its lineage. Both must give"
                        + " the very bytes in the topic. The exit code is 1 if one differs."
            })
    static final class Verify implements Callable<Integer> {

        @Mixin
        private Selection selection;

        @Option(
                names = "--recipe",
                paramLabel = "RECIPE",
                required = true,
                description = "The recipe that the views were drawn by, as given to 'augment'.")
        private String recipe;

        @Option(
                names = "--count",
                paramLabel = "N",
                defaultValue = "100",
                description = "How many of the newest pairs. Default: ${DEFAULT-VALUE}.")
        private int count;

        @Option(names = "--json", description = "Print one JSON object instead of a sentence.")
        private boolean json;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            ViewEngine engine = new ViewEngine(Recipe.parse(recipe));
            int different = 0;
            int compared;
            try (ViewLog log = selection.open()) {
                List<ViewLog.Located> pairs = selection.read(log, count, spec);
                compared = pairs.size();
                for (ViewLog.Located located : pairs) {
                    if (!sameAgain(engine, log, located.pair())) {
                        different++;
                    }
                }
            }
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(new ObjectMapper()
                        .createObjectNode()
                        .put("compared", compared)
                        .put("different", different));
            } else {
                out.println(compared + " pairs rendered again, " + different + " differ");
            }
            out.flush();
            return different == 0 ? 0 : 1;
        }

        private static boolean sameAgain(ViewEngine engine, ViewLog log, ViewPair pair) {
            if (!pair.getRecipe().equals(engine.recipe().fingerprint())) {
                throw new RefusalException("The views were drawn by recipe " + pair.getRecipe() + ", but --recipe is "
                        + engine.recipe().fingerprint() + "; give the recipe that was given to 'streamclr augment'");
            }
            Pixels original = log.original(pair);
            return sameAgain(engine, original, pair, 0, pair.getFirst())
                    && sameAgain(engine, original, pair, 1, pair.getSecond());
        }

        private static boolean sameAgain(ViewEngine engine, Pixels original, ViewPair pair, int index, View drawn) {
            View bySeed =
                    engine.draw(original, pair.getRunSeed(), ImageId.parse(pair.getImageId()), pair.getPass(), index);
            return bySeed.equals(drawn)
                    && engine.redraw(original, drawn.getLineage()).equals(drawn);
        }
    }
}
