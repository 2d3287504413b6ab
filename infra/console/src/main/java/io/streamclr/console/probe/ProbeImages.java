package io.streamclr.console.probe;

import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.watch.HeldOut;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntFunction;

/** Reads the images on which a trainer probes its encoder, from files or out of the stream. */
public final class ProbeImages implements HeldOut.Source {

    @Override
    public LabelledImages read(Path place, int side, int most) {
        return ImageSet.heldOut(place, side, most);
    }

    @Override
    public Optional<IntFunction<LabelledImages>> ofTopic(KafkaConnection kafka, String imagesTopic, int most) {
        return Optional.of(side -> TopicSample.labelled(kafka, imagesTopic, side, most));
    }
}
