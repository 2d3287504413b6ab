package io.streamclr.schemas.topic;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TopicsTest {

    @Test
    void anAddressThatNobodyKnowsIsRefusedInOneSentence() {
        KafkaConnection nowhere = KafkaConnection.to("no.such.host.invalid:9092");

        assertThatThrownBy(() -> Topics.at(nowhere))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Cannot make a Kafka client for no.such.host.invalid:9092: No resolvable bootstrap urls"
                        + " given in bootstrap.servers; check --bootstrap-server and the --kafka-config file");
    }

    @Test
    void aPortWhereNothingAnswersIsRefusedInOneSentence() throws Exception {
        int closed;
        try (ServerSocket brief = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = brief.getLocalPort();
        }
        try (Topics topics = Topics.at(KafkaConnection.to("127.0.0.1:" + closed), Duration.ofSeconds(2))) {
            assertThatThrownBy(() -> topics.require("images"))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage("No Kafka broker answers at 127.0.0.1:" + closed + " within 2 seconds; check that it"
                            + " runs and that --bootstrap-server and --kafka-config fit it");
        }
    }
}
