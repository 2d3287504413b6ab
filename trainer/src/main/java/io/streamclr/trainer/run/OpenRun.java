package io.streamclr.trainer.run;

import io.streamclr.trainer.checkpoint.Checkpoint;
import io.streamclr.trainer.checkpoint.RunFolder;
import io.streamclr.trainer.feed.Feed;
import io.streamclr.trainer.feed.RememberedImages;
import io.streamclr.trainer.owner.RunOwner;
import io.streamclr.trainer.publish.EncoderAnnouncer;
import java.util.Optional;

/**
 * What a run at work holds open; whoever opened it closes it.
 *
 * @param remembered the memory of images that come again; empty where there is none
 * @param from the checkpoint that it goes on from; empty for one that begins
 * @param together what it agrees on with its other ranks; empty where there are none
 */
record OpenRun(
        RunFolder folder,
        RunOwner owner,
        Feed feed,
        Optional<RememberedImages> remembered,
        Learner learner,
        EncoderAnnouncer announcer,
        Optional<Checkpoint> from,
        Optional<RankAgreement> together) {}
