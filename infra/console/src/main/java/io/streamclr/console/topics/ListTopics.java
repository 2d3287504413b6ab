package io.streamclr.console.topics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.topics.TopicSurvey.Found;
import io.streamclr.process.command.BrokerOptions;
import io.streamclr.schemas.topic.OpenTransaction;
import io.streamclr.schemas.topic.Topic;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code streamclr topics list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "List topics: partitions, records, bytes, age of the oldest and newest record, records per second in"
                        + " the last minute, records hidden by open transactions, and consumer groups. A"
                        + " transaction that stays open is named.",
        footer = {
            "",
            "Readers are the consumer groups that commit offsets, with their lag. A trainer does, as"
                    + " streamclr-trainer-RUN; the augment job keeps its offsets in its checkpoints instead."
        })
final class ListTopics implements Callable<Integer> {

    private static final String ROW = "%-19s %10s %14s %10s %8s %8s %10s %8s  %s%n";

    @Parameters(paramLabel = "TOPIC", arity = "0..*", description = "Topics to list (default: those of the system).")
    private List<String> names =
            Arrays.stream(Topic.values()).map(Topic::defaultName).toList();

    @Mixin
    private BrokerOptions broker;

    @Option(names = "--ranges", description = "Also list the offset range of each partition.")
    private boolean ranges;

    @Option(names = "--json", description = "Print one JSON object instead of a table, with the offset ranges.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Clock clock = Clock.systemUTC();
        Map<String, Optional<Found>> all = new LinkedHashMap<>();
        try (TopicSurvey survey = new TopicSurvey(broker.connection(), clock)) {
            names.forEach(name -> all.put(name, survey.look(name)));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = new ObjectMapper().createObjectNode();
            all.forEach((name, found) -> object.set(name, json(found)));
            out.println(object);
        } else {
            print(out, all, clock.instant());
        }
        out.flush();
        return 0;
    }

    private void print(PrintWriter out, Map<String, Optional<Found>> all, Instant now) {
        out.printf(ROW, "topic", "partitions", "records", "size", "oldest", "newest", "a second", "hidden", "read by");
        all.forEach((name, found) -> found.ifPresentOrElse(
                topic -> {
                    out.printf(
                            ROW,
                            name,
                            topic.ranges().size(),
                            String.format(Locale.ROOT, "%,d", topic.records()),
                            topic.bytes().isPresent() ? size(topic.bytes().getAsLong()) : "-",
                            age(topic.oldest(), now),
                            age(topic.newest(), now),
                            String.format(Locale.ROOT, "%,.1f", topic.perSecond()),
                            String.format(Locale.ROOT, "%,d", topic.hiddenRecords()),
                            readers(topic));
                    if (ranges) {
                        topic.ranges()
                                .forEach(range -> out.printf(
                                        "  partition %d: offsets %d to before %d%n",
                                        range.partition(), range.first(), range.end()));
                    }
                },
                () -> out.printf("%-19s not there%n", name)));
        all.values().stream()
                .flatMap(Optional::stream)
                .flatMap(topic -> topic.hidden().stream())
                .filter(transaction -> transaction.open().compareTo(OpenTransaction.USUAL) > 0)
                .forEach(transaction -> out.printf("%n%s%n", transaction));
    }

    private static String readers(Found topic) {
        return topic.readers().stream()
                .map(reader -> String.format(Locale.ROOT, "%s (%,d behind)", reader.group(), reader.behind()))
                .collect(Collectors.joining(", "));
    }

    private static String size(long bytes) {
        double mebibytes = bytes / 1048576.0;
        return mebibytes < 1024
                ? String.format(Locale.ROOT, "%.1f MiB", mebibytes)
                : String.format(Locale.ROOT, "%.1f GiB", mebibytes / 1024);
    }

    private static String age(Optional<Instant> date, Instant now) {
        if (date.isEmpty()) {
            return "-";
        }
        Duration age = Duration.between(date.get(), now);
        if (age.compareTo(Duration.ofMinutes(2)) < 0) {
            return Math.max(0, age.toSeconds()) + " s";
        }
        if (age.compareTo(Duration.ofHours(2)) < 0) {
            return age.toMinutes() + " min";
        }
        return age.compareTo(Duration.ofDays(2)) < 0 ? age.toHours() + " h" : age.toDays() + " d";
    }

    private static ObjectNode json(Optional<Found> found) {
        ObjectNode one = new ObjectMapper().createObjectNode();
        one.put("exists", found.isPresent());
        found.ifPresent(topic -> {
            one.put("partitions", topic.ranges().size());
            one.put("records", topic.records());
            topic.bytes().ifPresent(bytes -> one.put("bytes", bytes));
            topic.oldest().ifPresent(date -> one.put("oldest", date.toString()));
            topic.newest().ifPresent(date -> one.put("newest", date.toString()));
            one.put("records_per_second", topic.perSecond());
            one.put("hidden", topic.hiddenRecords());
            ArrayNode rows = one.putArray("ranges");
            topic.ranges().forEach(range -> rows.addObject()
                    .put("partition", range.partition())
                    .put("first", range.first())
                    .put("end", range.end()));
            ArrayNode readers = one.putArray("readers");
            topic.readers()
                    .forEach(reader ->
                            readers.addObject().put("group", reader.group()).put("behind", reader.behind()));
        });
        return one;
    }
}
