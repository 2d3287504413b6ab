package io.streamclr.console.views;

import io.streamclr.process.command.BrokerOptions;
import io.streamclr.schemas.RefusalException;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which pairs, of which topics. */
final class Selection {

    @Mixin
    private BrokerOptions broker;

    @Option(
            names = "--views-topic",
            paramLabel = "TOPIC",
            defaultValue = "views",
            description = "Topic of view pairs (default: ${DEFAULT-VALUE}).")
    private String views;

    @Option(
            names = "--images-topic",
            paramLabel = "TOPIC",
            defaultValue = "images",
            description = "Topic of the images that they were rendered from (default: ${DEFAULT-VALUE}).")
    private String images;

    @Option(
            names = "--offset",
            paramLabel = "O",
            description = "Offset of a pair in its partition (default: the newest pairs of all partitions).")
    private Long offset;

    @Option(names = "--partition", paramLabel = "P", description = "Partition of --offset (default: 0).")
    private Integer partition;

    @Option(
            names = "--count",
            paramLabel = "N",
            description =
                    "Number of pairs (default: 1 from --offset on; of the newest, 12 to show and 100 to" + " verify).")
    private Integer count;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    ViewLog open() {
        return new ViewLog(broker.connection(), views, images);
    }

    /**
     * The pairs that were asked for.
     *
     * @param usual how many of the newest, where nobody says
     * @throws RefusalException if there are none
     */
    List<ViewLog.Located> read(ViewLog log, int usual) {
        if (partition != null && offset == null) {
            throw new ParameterException(
                    spec.commandLine(), "--partition needs --offset: say which pair of the partition is meant");
        }
        if (count != null && (count < 1 || count > 100_000)) {
            throw new ParameterException(
                    spec.commandLine(), "--count is " + count + ", but 1 to 100000 pairs are possible");
        }
        List<ViewLog.Located> pairs = offset == null
                ? log.newest(count == null ? usual : count)
                : log.from(partition == null ? 0 : partition, offset, count == null ? 1 : count);
        if (pairs.isEmpty()) {
            throw new RefusalException("Topic " + views + " is empty; draw views with 'streamclr augment'");
        }
        return pairs;
    }
}
