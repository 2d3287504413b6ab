package io.streamclr.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaConnectionTest {

    @TempDir
    Path folder;

    @Test
    void theAddressOnTheCommandLineOutranksTheFile() throws Exception {
        Path file = Files.writeString(
                folder.resolve("client.properties"),
                "bootstrap.servers=far:9092\nsasl.jaas.config=module required password\\=\"secret\";\n");

        KafkaConnection connection = KafkaConnection.from(Optional.of("near:9092"), Optional.of(file));

        assertThat(connection.bootstrapServers()).isEqualTo("near:9092");
        assertThat(connection.properties()).containsEntry("sasl.jaas.config", "module required password=\"secret\";");
    }

    @Test
    void theBuffersOfSocketsHoldABatchUnlessTheFileSaysOtherwise() throws Exception {
        Path file = Files.writeString(folder.resolve("client.properties"), "send.buffer.bytes=70000\n");

        KafkaConnection connection = KafkaConnection.from(Optional.of("near:9092"), Optional.of(file));

        assertThat(connection.properties())
                .containsEntry("send.buffer.bytes", "70000")
                .containsEntry("receive.buffer.bytes", "-1");
        assertThat(KafkaConnection.to("near:9092").properties()).containsEntry("send.buffer.bytes", "524288");
        assertThat(connection.with(Map.of())).containsEntry("send.buffer.bytes", "70000");
    }

    @Test
    void secretsAreNotShown() throws Exception {
        Path file = Files.writeString(
                folder.resolve("client.properties"), "bootstrap.servers=far:9092\nssl.key.password=secret\n");

        assertThat(KafkaConnection.from(Optional.empty(), Optional.of(file))).hasToString("KafkaConnection[far:9092]");
    }

    @Test
    void withoutABrokerItSaysWhatToGive() {
        assertThatThrownBy(() -> KafkaConnection.from(Optional.empty(), Optional.empty()))
                .hasMessage("No broker is configured; give --bootstrap-server HOST:PORT, put bootstrap.servers into the"
                        + " --kafka-config file, or set STREAMCLR_BOOTSTRAP_SERVER");
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("none");

        assertThatThrownBy(() -> KafkaConnection.from(Optional.empty(), Optional.of(missing)))
                .hasMessage("The Kafka client file " + missing + " does not exist");
    }
}
