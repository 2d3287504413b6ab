package io.streamclr.console.probe;

import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.ShippedEncoder;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The recipe that an encoder is probed by.
 *
 * @param encoder knows the recipe that it was trained by
 * @param notices is given a line if it is probed by another one
 */
record ProbeRecipe(ShippedEncoder encoder, Consumer<String> notices) {

    private static final Pattern SIZE = Pattern.compile("(^|,)\\s*size\\s*=");

    /**
     * The encoder's own, or the one that is asked for; of the encoder's size unless that one says a size.
     *
     * @throws RefusalException if nobody knows the encoder's recipe and none is asked for, or it is no recipe
     */
    Recipe of(Optional<String> asked) {
        Optional<Recipe> own = encoder.recipe();
        if (asked.isEmpty()) {
            return own.orElseThrow(() -> new RefusalException("Nothing beside " + encoder.archive()
                    + " says which recipe the encoder was trained with; give it with --recipe, such as imagenet,size="
                    + encoder.trainedSide().orElse(224)));
        }
        Recipe parsed = Recipe.parse(asked.get());
        boolean ownSize =
                encoder.trainedSide().isPresent() && !SIZE.matcher(asked.get()).find();
        Recipe by = ownSize
                ? parsed.with("size", Integer.toString(encoder.trainedSide().getAsInt()))
                : parsed;
        if (own.isPresent() && !own.get().equals(by)) {
            notices.accept("The encoder was trained with recipe " + own.get().shortText() + "; using " + by.shortText()
                    + ", as --recipe says");
        } else if (own.isEmpty() && encoder.trainedSide().orElse(by.size()) != by.size()) {
            notices.accept("The encoder was trained on images of "
                    + encoder.trainedSide().getAsInt() + " pixels; using " + by.size()
                    + ", as --recipe says");
        }
        return by;
    }
}
