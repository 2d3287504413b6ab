package io.streamclr.console.rejects;

import io.streamclr.console.CommandsBelow;
import io.streamclr.process.command.BrokerOptions;
import io.streamclr.schemas.topic.KafkaConnection;
import java.util.SortedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code streamclr rejects}: what became of images that became no views. */
@Command(
        name = "rejects",
        mixinStandardHelpOptions = true,
        description = "List and show rejected images, and send them again.",
        subcommands = {ListRejects.class, ShowReject.class, RedriveRejects.class})
public final class RejectsCommand extends CommandsBelow {

    /** Where rejects and their images lie. */
    static final class Topics {

        @Mixin
        private BrokerOptions broker;

        @Option(
                names = "--rejects-topic",
                paramLabel = "TOPIC",
                defaultValue = "images.rejected",
                description = "Topic of rejected images (default: ${DEFAULT-VALUE}).")
        private String rejects;

        @Option(
                names = "--images-topic",
                paramLabel = "TOPIC",
                defaultValue = "images",
                description = "Topic of images (default: ${DEFAULT-VALUE}).")
        private String images;

        KafkaConnection kafka() {
            return broker.connection();
        }

        String rejects() {
            return rejects;
        }

        String images() {
            return images;
        }

        SortedMap<RejectPlace, Reject> read() {
            return RejectLog.read(kafka(), rejects);
        }
    }
}
