package io.streamclr.console.rejects;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.record.RejectReason;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code streamclr rejects list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "List rejected images with the reason, and the number of each reason.")
final class ListRejects implements Callable<Integer> {

    private static final int WIDEST_SOURCE = 40;

    @Mixin
    private RejectsCommand.Topics topics;

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            split = ",",
            description = "Only these reasons: ${COMPLETION-CANDIDATES} (default: all).")
    private Set<RejectReason> reasons = Set.of();

    @Option(names = "--all", description = "Also list those that were sent again.")
    private boolean all;

    @Option(
            names = "--most",
            paramLabel = "N",
            defaultValue = "50",
            description = "Maximum number to list; all are counted (default: ${DEFAULT-VALUE}).")
    private int most;

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Collection<Reject> known = topics.read().values();
        List<Reject> chosen = known.stream()
                .filter(reject -> reasons.isEmpty() || reasons.contains(reject.reason()))
                .filter(reject -> all || !reject.redriven())
                .toList();
        Map<RejectReason, Long> counts = chosen.stream()
                .collect(Collectors.groupingBy(
                        Reject::reason, () -> new EnumMap<>(RejectReason.class), Collectors.counting()));
        long redriven = known.stream().filter(Reject::redriven).count();
        List<Reject> listed = chosen.stream().limit(most).toList();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(chosen.size(), redriven, counts, listed));
        } else {
            print(out, chosen.size(), redriven, counts, listed);
        }
        out.flush();
        return 0;
    }

    private static ObjectNode json(int count, long redriven, Map<RejectReason, Long> counts, List<Reject> listed) {
        ObjectNode all = new ObjectMapper().createObjectNode();
        all.put("rejects", count);
        all.put("redriven", redriven);
        ObjectNode byReason = all.putObject("reasons");
        counts.forEach((reason, number) -> byReason.put(reason.name(), number));
        ArrayNode rows = all.putArray("listed");
        listed.forEach(reject -> rows.add(ShowReject.json(reject)));
        return all;
    }

    private static void print(
            PrintWriter out, int count, long redriven, Map<RejectReason, Long> counts, List<Reject> listed) {
        if (!listed.isEmpty()) {
            out.printf("%-12s %-14s %12s %6s  %-40s %s%n", "image", "reason", "bytes", "times", "source", "detail");
        }
        for (Reject reject : listed) {
            out.printf(
                    Locale.ROOT,
                    "%-12s %-14s %,12d %6d  %-40s %s%s%n",
                    reject.place(),
                    reject.reason(),
                    reject.length(),
                    reject.times(),
                    OneLine.of(end(reject.source())),
                    reject.redriven() ? "(sent in again) " : "",
                    OneLine.of(reject.detail()));
        }
        if (listed.size() < count) {
            out.printf("... and %,d more%n", count - listed.size());
        }
        out.printf(
                Locale.ROOT,
                "%,d rejected image%s%s; %,d sent in again%n",
                count,
                count == 1 ? "" : "s",
                counts.isEmpty()
                        ? ""
                        : counts.entrySet().stream()
                                .map(each -> each.getKey() + " " + each.getValue())
                                .collect(Collectors.joining(", ", ": ", "")),
                redriven);
    }

    /** A path says most at its end. */
    private static String end(String source) {
        return source.length() <= WIDEST_SOURCE
                ? source
                : "..." + source.substring(source.length() - WIDEST_SOURCE + 3);
    }
}
