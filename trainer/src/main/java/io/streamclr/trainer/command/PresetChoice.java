package io.streamclr.trainer.command;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.run.RunJournal;
import io.streamclr.trainer.settings.Batching;
import io.streamclr.trainer.settings.Defaults;
import io.streamclr.trainer.settings.Preset;
import io.streamclr.trainer.settings.RunPlace;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.step.TrainingStep;
import io.streamclr.trainer.torch.TorchDevice;
import io.streamclr.trainer.views.FirstView;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run has where nobody gives an option that presets have: a run that goes on keeps what it has, and a new one takes
 * a preset, by its device and the size of its views.
 *
 * @param preset its name; empty for a run that began without one
 * @param usual what follows from it
 * @param side of the views, in pixels; empty where nobody looked
 * @param how a sentence's end that says why it is this one
 */
record PresetChoice(String preset, Defaults usual, OptionalInt side, String how) {

    /** Of no account where all that depends on the size is given. */
    private static final int ANY_SIDE = 32;

    private static final Logger LOG = LoggerFactory.getLogger(PresetChoice.class);

    /**
     * What can be held against the options before anybody is asked.
     *
     * @param asked the preset that somebody gave
     * @param steps where the run ends; 0 for no end
     */
    static PresetChoice beforehand(Optional<Preset> asked, TrainOptions options, long steps) {
        return at(OptionalInt.empty(), asked, options, steps);
    }

    /** What a new run has for views of this side, in pixels. */
    static PresetChoice forViews(int side, Optional<Preset> asked, TrainOptions options, long steps) {
        return at(OptionalInt.of(side), asked, options, steps);
    }

    /**
     * Chooses.
     *
     * @param steps where the run ends; 0 for no end
     * @param say tells the user what is waited for
     */
    static PresetChoice of(
            Optional<Preset> asked, TrainOptions options, RunPlace place, long steps, Consumer<String> say) {
        if (RunJournal.isThere(place.saving().checkpoints(), place.run())) {
            return goingOn(asked, place);
        }
        if (options.sayWhatDependsOnTheSize()) {
            return at(OptionalInt.empty(), asked, options, steps);
        }
        KafkaConnection kafka = place.topics().kafka();
        String topic = place.topics().views();
        int side = FirstView.shape(
                        kafka,
                        topic,
                        () -> say.accept("waiting for the first view in topic " + topic
                                + ", because settings follow from its size"))
                .width();
        return at(OptionalInt.of(side), asked, options, steps);
    }

    private static PresetChoice goingOn(Optional<Preset> asked, RunPlace place) {
        String run =
                "run " + place.run() + " goes on and keeps the settings of its preset; give all other options again";
        try {
            RunJournal journal = RunJournal.read(
                    place.saving().checkpoints(), place.run(), place.topics().kafka());
            String passed = asked.filter(preset -> !preset.word().equals(journal.preset()))
                    .map(preset -> "; --preset " + preset + " is for another --run")
                    .orElse("");
            return new PresetChoice(
                    journal.preset(), Defaults.of(journal.settings()), OptionalInt.empty(), run + passed);
        } catch (RefusalException unreadable) {
            LOG.warn("settings of the run not read reason=\"{}\"", unreadable.getMessage());
            return new PresetChoice(
                    "",
                    Defaults.PLAIN,
                    OptionalInt.empty(),
                    "run " + place.run() + " goes on, but its settings cannot be read; give all options again");
        }
    }

    private static PresetChoice at(OptionalInt seen, Optional<Preset> asked, TrainOptions options, long steps) {
        int side = seen.orElse(ANY_SIDE);
        TorchDevice device = options.devices().get(0);
        Preset preset = asked.orElseGet(() -> Preset.on(device));
        String where = device.equals(TorchDevice.CPU) ? "the processor" : "a graphics card";
        String sized = options.sayWhatDependsOnTheSize() ? "" : " and views of " + side + " pixels";
        String how = asked.isPresent()
                ? "as asked" + (sized.isEmpty() ? "" : ", for views of " + side + " pixels")
                : "chosen for " + where + sized + "; --preset simclr trains as SimCLR's own code does";
        Defaults usual = preset.at(side, options.givenBatch().orElse(preset.pairs()));
        usual = usual.with(preset.rule(options.network(usual, side).backbone()));
        if (seen.isPresent()) {
            usual = usual.with(options.precision(preset, usual, side));
        }
        return new PresetChoice(preset.word(), usual.endingAfter(steps), seen, how);
    }

    /** What the run does, options that were given among it, in one line. */
    String line(TrainConfig config) {
        UpdateRule rule = config.learning().rule();
        Batching batching = config.batching();
        List<TorchDevice> devices = config.computing().devices();
        return String.format(
                Locale.ROOT,
                "%s: %s in %s on %s, batches of %d in chunks of %d views, %s at a rate of %.3g, temperature %s; %s",
                preset.isEmpty() ? "settings" : "preset " + preset,
                config.learning().network().backbone().title(),
                config.learning().network().precision().word(),
                TorchDevice.text(devices),
                batching.pairs(),
                TrainingStep.firstViews(batching.pairs(), batching.chunkViews(), devices.size()),
                rule.word(),
                config.learning().schedule().rate().peak(),
                config.learning().loss().temperature(),
                how);
    }
}
