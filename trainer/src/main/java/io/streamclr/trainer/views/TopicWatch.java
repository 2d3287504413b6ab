package io.streamclr.trainer.views;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.OpenTransaction;
import io.streamclr.schemas.topic.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a broker that is away, which is waited for, from a topic that is gone, which does not come back by itself, and
 * from a transaction that was left open, which somebody must end.
 */
public record TopicWatch(KafkaConnection kafka, String topic) {

    private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);

    /**
     * Looks once; takes as long as the broker takes to answer.
     *
     * @throws RefusalException if a broker answers and has no such topic
     */
    public void requireTopic() {
        boolean there;
        try (Topics topics = Topics.at(kafka)) {
            there = topics.partitions(topic).isPresent();
            if (there) {
                topics.openTransactions(topic).stream()
                        .filter(open -> open.open().compareTo(OpenTransaction.USUAL) > 0)
                        .forEach(open -> LOG.warn("{}", open));
            }
        } catch (RefusalException silent) {
            LOG.warn(
                    "broker does not answer, waiting for it address={} reason={}",
                    kafka.bootstrapServers(),
                    silent.getMessage());
            return;
        }
        if (!there) {
            throw new RefusalException("Topic " + topic + " is gone from " + kafka.bootstrapServers()
                    + ", so training stops here; create it with 'streamclr topics create' and begin another run, since"
                    + " its records do not come back");
        }
    }
}
