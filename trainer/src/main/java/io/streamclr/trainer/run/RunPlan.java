package io.streamclr.trainer.run;

import io.streamclr.trainer.publish.PublishedForm;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.HeldOut;
import io.streamclr.trainer.watch.OldData;
import java.util.Optional;
import java.util.Set;

/**
 * What a run is to do.
 *
 * @param preset that chose what no option said; empty for none
 * @param deletesConsumed whether views are deleted that no reader needs any more
 * @param forms in which encoders are written and announced, beside TorchScript
 * @param heldOut on which images the encoder is probed meanwhile
 * @param oldData of which it is watched how much is forgotten
 * @param again the run whose batches and learning rates are taken instead of new ones
 */
record RunPlan(
        TrainConfig config,
        String preset,
        boolean deletesConsumed,
        Set<PublishedForm> forms,
        HeldOut heldOut,
        OldData oldData,
        Optional<RunReplay> again) {}
