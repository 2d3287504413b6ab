package io.streamclr.schemas.topic;

import io.streamclr.schemas.RefusalException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;

/** How topics are set. */
record TopicSettings(Admin admin, BrokerAnswers answers) {

    /** A setting of a topic; empty where this user may not ask. */
    Optional<String> setting(String topic, String name) {
        ConfigResource asked = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            return Optional.of(
                    answers.await(admin.describeConfigs(Set.of(asked)).values().get(asked))
                            .get(name)
                            .value());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof AuthorizationException) {
                return Optional.empty();
            }
            throw answers.refusal(failed);
        }
    }

    /** @throws RefusalException if records are dated by whoever sends them */
    void requireDatedByBroker(String topic) {
        setting(topic, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)
                .filter(type -> !type.equals("LogAppendTime"))
                .ifPresent(type -> {
                    throw new RefusalException("The records of topic " + topic + " are dated by their senders ("
                            + TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG + "=" + type
                            + "), whose clocks differ; set it to LogAppendTime with kafka-configs, as 'streamclr topics"
                            + " create' does");
                });
    }
}
