package io.streamclr.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.stream.options.MomentConverter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class AugmentCommandTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final StringWriter errors = new StringWriter();
    private final CommandLine command = new CommandLine(new AugmentCommand(Clock.fixed(NOW, ZoneOffset.UTC)))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setErr(new PrintWriter(errors));

    @Test
    void anUnknownOptionIsAUsageError() {
        int code = command.execute("--bootstrap-server", "127.0.0.1:1", "--passses", "2");

        assertThat(code).isEqualTo(2);
        assertThat(errors.toString()).startsWith("Unknown option");
    }

    @Test
    void lookingAheadNeedsSomebodyToLookAheadOf() {
        int code = command.execute("--bootstrap-server", "127.0.0.1:1", "--ahead", "100");

        assertThat(code).isEqualTo(2);
        assertThat(errors.toString())
                .startsWith("--ahead needs --ahead-of: name the consumer group that reads the views");
    }

    @Test
    void theImagesOfAMomentThatIsYetToComeAreNotKnown() {
        int code = command.execute("--bootstrap-server", "127.0.0.1:1", "--as-of", "2026-11-22T13:00:01+01:00");

        assertThat(code).isEqualTo(2);
        assertThat(errors.toString())
                .startsWith("--as-of names 2026-11-22T12:00:01Z, which is yet to come, and nobody knows which images"
                        + " will be there then");
    }

    @Test
    void aMomentIsWrittenAsADateOrAsMilliseconds() {
        assertThat(new MomentConverter().convert("2026-11-22T12:00:00Z")).isEqualTo(NOW);
        assertThat(new MomentConverter().convert("2026-11-22T13:00:00+01:00")).isEqualTo(NOW);
        assertThat(new MomentConverter().convert(Long.toString(NOW.toEpochMilli())))
                .isEqualTo(NOW);
        for (String unclear : new String[] {"", "yesterday", "2026-11-22", "99999999999999999999"}) {
            assertThatThrownBy(() -> new MomentConverter().convert(unclear))
                    .isInstanceOf(CommandLine.TypeConversionException.class)
                    .hasMessage("'" + unclear + "' is no moment; write it like 2026-11-22T12:00:00Z or"
                            + " 2026-11-22T13:00:00+01:00, or as milliseconds since 1970");
        }
    }

    @Test
    void whatMakesNoSenseIsRefusedBeforeAnyBrokerIsAsked() {
        assertRefused("The number of passes is 0, but must be 1 or more", "--passes", "0");
        assertRefused("The parallelism is -1, but must be 1 or more, or 0 to suit the machine", "--parallelism", "-1");
        assertRefused(
                "The topics images, images and images.rejected must be three different ones: what is written to one"
                        + " would be read as another",
                "--views-topic",
                "images");
        assertRefused(
                "The checkpoint interval is 0 ms, but must be 10 ms or more; 5000 is usual",
                "--checkpoint-interval",
                "0");
        assertRefused(
                "The pairs to draw ahead are 0, but must be 1 or more; 20000 is usual",
                "--ahead",
                "0",
                "--ahead-of",
                "streamclr-trainer");
        assertRefused(
                "The bytes to keep of a rejected image are -1, but must be from 0 to 8388608", "--reject-bytes", "-1");
        assertRefused(
                "The sides of an image are limited to 0 ... 32767 pixels, but the least must be 1 or more and not above"
                        + " the most",
                "--min-side",
                "0");
    }

    @Test
    void helpNamesEveryOptionOnce() {
        String help = command.getUsageMessage(CommandLine.Help.Ansi.OFF);

        assertThat(help)
                .contains("--recipe", "--ahead-of", "--exactly-once", "--checkpoints", "--kafka-config", "(default: 5)")
                .doesNotContain("DEFAULT-VALUE");
    }

    private void assertRefused(String sentence, String... options) {
        String[] all = new String[options.length + 2];
        all[0] = "--bootstrap-server";
        all[1] = "127.0.0.1:1";
        System.arraycopy(options, 0, all, 2, options.length);
        CommandLine.ParseResult parsed = command.parseArgs(all);

        assertThatThrownBy(() -> ((AugmentCommand) parsed.commandSpec().userObject()).call())
                .isInstanceOf(RefusalException.class)
                .hasMessage(sentence);
    }
}
