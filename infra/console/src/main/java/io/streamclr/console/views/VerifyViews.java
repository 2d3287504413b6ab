package io.streamclr.console.views;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.augment.RecipePresets;
import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.DecodeRegion;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.LeftOut;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.augment.view.ViewEngine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code streamclr views verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Render view pairs again and compare the bytes.",
            "Each is rendered twice: from the image and the seeds, and from the image and its lineage. Both must equal"
                    + " the bytes in the topic. The exit code is 1 if one differs."
        })
final class VerifyViews implements Callable<Integer> {

    private static final int USUAL_COUNT = 100;
    private static final int MOST_NAMED = 20;

    @Mixin
    private Selection selection;

    @Option(
            names = "--recipe",
            paramLabel = "RECIPE",
            completionCandidates = RecipePresets.class,
            description = "The recipe that the views were rendered with, as given to 'augment': a preset (imagenet,"
                    + " cifar, grey) and changes to it (default: as recorded"
                    + " in the views).")
    private String recipe;

    @Option(names = "--json", description = "Print one JSON object instead of a sentence.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        LeftOut leftOut = new LeftOut();
        long compared;
        List<String> different = new ArrayList<>();
        try (ViewLog log = selection.open()) {
            List<ViewLog.Located> pairs = selection.read(log, USUAL_COUNT);
            ViewEngine engine = new ViewEngine(recipe(pairs.get(0)));
            ImageDecoder decoder = engine.recipe().imageDecoder(DecodeLimits.DEFAULT);
            for (ViewLog.Located located : pairs) {
                String place = "partition " + located.partition() + " offset " + located.offset();
                original(engine, decoder, log, located.pair())
                        .match(
                                decoded -> sameAgain(engine, decoded.pixels(), located.pair()) || different.add(place),
                                rejected -> {
                                    leftOut.add("that of the pair at " + place, rejected);
                                    return false;
                                });
            }
            compared = pairs.size() - leftOut.count();
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper()
                    .createObjectNode()
                    .put("compared", compared)
                    .put("different", different.size())
                    .put("undecodable", leftOut.count()));
        } else {
            different.stream().limit(MOST_NAMED).forEach(place -> out.println(place + " differs"));
            out.println(compared + " pairs rendered again, " + different.size() + " differ");
            if (leftOut.count() > 0) {
                out.println(leftOut.sentence());
            }
        }
        out.flush();
        return different.isEmpty() && leftOut.count() == 0 ? 0 : 1;
    }

    private Recipe recipe(ViewLog.Located located) {
        if (recipe != null) {
            return Recipe.parse(recipe);
        }
        if (located.recipeText().isEmpty()) {
            throw new RefusalException("The views were rendered by recipe "
                    + located.pair().getRecipe()
                    + " and do not say more of it; name it with --recipe, as it was given to 'streamclr augment'");
        }
        return Recipe.parse(located.recipeText());
    }

    private static Decoding original(ViewEngine engine, ImageDecoder decoder, ViewLog log, ViewPair pair) {
        if (!pair.getRecipe().equals(engine.recipe().fingerprint())) {
            throw new RefusalException("The views were rendered by recipe " + pair.getRecipe() + ", and not by "
                    + engine.recipe().fingerprint()
                    + "; name with --recipe the one that was given to 'streamclr augment', and fewer pairs with --count"
                    + " where a topic has views of several");
        }
        DecodeRegion wanted = engine.wanted(pair.getRunSeed(), ImageId.parse(pair.getImageId()), pair.getPass());
        return log.decodedOriginal(pair, decoder, wanted);
    }

    private static boolean sameAgain(ViewEngine engine, Pixels original, ViewPair pair) {
        return Objects.equals(engine.pictureHash(original), pair.getPictureHash())
                && sameAgain(engine, original, pair, 0, pair.getFirst())
                && sameAgain(engine, original, pair, 1, pair.getSecond());
    }

    private static boolean sameAgain(ViewEngine engine, Pixels original, ViewPair pair, int index, View given) {
        View bySeed = engine.draw(original, pair.getRunSeed(), ImageId.parse(pair.getImageId()), pair.getPass(), index);
        return bySeed.equals(given)
                && engine.redraw(original, given.getLineage()).equals(given);
    }
}
