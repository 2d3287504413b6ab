package io.streamclr.trainer.card;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.record.OriginRange;
import io.streamclr.trainer.settings.OptionWords;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.FeedPosition.BlockRange;
import io.streamclr.trainer.views.FeedPosition.Reading;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run knows of an encoder beside the network.
 *
 * @param config of the run
 * @param pairs view pairs trained since its beginning
 * @param position where its feed stood after the last step
 * @param scores what was measured of it, by name
 */
public record EncoderFacts(TrainConfig config, long pairs, FeedPosition position, Map<String, Double> scores) {

    public EncoderFacts {
        scores = Map.copyOf(scores);
    }

    /** As {@code encoder.json} has it. The same facts give the same text: there is no clock in it. */
    ObjectNode json() {
        ObjectNode facts = JsonNodeFactory.instance.objectNode();
        ObjectNode training = facts.putObject("training").put("pairs", pairs);
        OptionWords.all(config).forEach(training.putObject("settings")::put);
        ObjectNode data =
                facts.putObject("data").put("views_topic", config.topics().views());
        for (int partition = 0; partition < position.readings().size(); partition++) {
            data.withArray("partitions")
                    .add(until(partition, position.readings().get(partition)));
        }
        ObjectNode finite = facts.putObject("scores");
        new TreeMap<>(scores).forEach((name, score) -> {
            if (Double.isFinite(score)) {
                finite.put(name, score);
            }
        });
        return facts;
    }

    /** How far a partition was trained, the block at work included: its views are shuffled among its batches. */
    private ObjectNode until(int partition, Reading read) {
        long views = read.nextOffset();
        int pass = read.pass();
        long images = read.originOffset() + 1;
        for (BlockRange range : position.block()) {
            if (range.partition() == partition) {
                views = Math.max(views, range.lastOffset() + 1);
                for (OriginRange origin : range.origins()) {
                    pass = origin.getPass();
                    images = origin.getLastOffset() + 1;
                }
            }
        }
        ObjectNode until = JsonNodeFactory.instance
                .objectNode()
                .put("partition", partition)
                .put("views_until", views);
        return pass < 0 ? until : until.put("pass", pass).put("images_until", images);
    }
}
