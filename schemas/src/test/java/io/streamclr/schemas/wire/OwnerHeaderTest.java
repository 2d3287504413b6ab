package io.streamclr.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.wire.OwnerHeader.Owner;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerHeaderTest {

    @Test
    void whatIsWrittenIsRead() {
        Owner owner = new Owner("simclr", "7f", "process 3 on there");

        assertThat(OwnerHeader.in(new RecordHeaders().add(OwnerHeader.of(owner))))
                .contains(owner);
    }

    @Test
    void aPlaceThatWouldMoveATerminalIsShownWithoutItsControls() {
        Owner hostile = new Owner("simclr", "7f", "\u001b[2J\u009b31m\nhome" + "x".repeat(1_000));

        Owner read =
                OwnerHeader.in(new RecordHeaders().add(OwnerHeader.of(hostile))).orElseThrow();

        assertThat(read.place()).startsWith("?[2J?31m?homexx").hasSize(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "simclr", "simclr\n7f"})
    void whatNamesNoTrainerIsNone(String text) {
        Headers headers = new RecordHeaders().add(new RecordHeader("run-owner", text.getBytes(StandardCharsets.UTF_8)));

        assertThat(OwnerHeader.in(headers)).isEmpty();
        assertThat(OwnerHeader.in(new RecordHeaders().add(new RecordHeader("run-owner", null))))
                .isEmpty();
        assertThat(OwnerHeader.in(new RecordHeaders())).isEmpty();
    }
}
