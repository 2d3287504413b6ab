package io.streamclr.console.plan;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.settings.MemoryNeed;
import io.streamclr.trainer.torch.TorchDevice;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A plan as values of the Helm chart, which are what differs between its own and what the plan needs. */
record HelmValues(Demand demand, CapacityPlan plan, Optional<Training> training) {

    private static final double GIBIBYTE = 1L << 30;

    /** What libraries take for themselves, as a part of the rest; a guess, as the sentence of the plan says. */
    private static final double RESERVE = 1.2;

    /** Of a pod's memory, for Java's heap and as much again for its buffers: the image's MaxRAMPercentage. */
    static final double SHARE_OF_JAVA = 0.4;

    private static final long LEAST_GIBIBYTES = 4;

    /** @param options of {@code streamclr train}, as they were given */
    record Training(String options, MemoryNeed need) {

        /** Devices follow from the number of cards. */
        private String withoutDevices() {
            List<String> words = new ArrayList<>(List.of(options.strip().split("\\s+")));
            for (int i = words.size() - 1; i >= 0; i--) {
                if (words.get(i).matches("--devices?")) {
                    words.subList(i, i + 2).clear();
                } else if (words.get(i).matches("--devices?=.*")) {
                    words.remove(i);
                }
            }
            return String.join(" ", words);
        }

        private int cards() {
            if (need.devices().stream().noneMatch(TorchDevice.CPU::equals)) {
                return need.devices().size();
            }
            if (Stream.of(options.strip().split("\\s+")).anyMatch(word -> word.matches("--devices?(=.*)?"))) {
                throw new RefusalException(
                        "--values: a pod's trainer computes on cards, or on its processors as its preset says; give"
                                + " --training cards alone, or no --device");
            }
            return 0;
        }

        /** Enough for the whole, and for what Java may take of it on its heap and beside. */
        private long gibibytes() {
            double java = Math.max(need.offHeapBytes(), need.heapBytes()) / SHARE_OF_JAVA;
            return Math.max(LEAST_GIBIBYTES, (long) Math.ceil(RESERVE * Math.max(java, need.hostBytes()) / GIBIBYTE));
        }
    }

    void print(PrintWriter out) {
        int brokers = demand.brokers();
        out.println("# streamclr plan: for helm install --values");
        line(out, "partitions: %d", plan.partitions());
        line(out, "viewsHours: %d", (long) Math.ceil(demand.viewsHours()));
        line(out, "kafka:");
        line(out, "  brokers: %d", brokers);
        line(out, "  copies: %d", demand.replication());
        line(out, "  cpu: \"%d\"", (plan.brokerCores() + brokers - 1) / brokers);
        line(out, "  disk: %dGi", (long) Math.ceil(plan.brokerTerabytes() * 1e12 / GIBIBYTE));
        line(out, "augment:");
        line(out, "  parallelism: %d", plan.augmentationCores());
        if (training.isPresent() || demand.ranks() > 1) {
            line(out, "trainer:");
        }
        if (demand.ranks() > 1) {
            line(out, "  ranks: %d", demand.ranks());
        }
        training.ifPresent(each -> {
            line(out, "  options: \"%s\"", each.withoutDevices());
            line(out, "  gpus: %d", each.cards());
            line(out, "  memory: %dGi", each.gibibytes());
        });
    }

    private static void line(PrintWriter out, String text, Object... values) {
        out.println(String.format(Locale.ROOT, text, values));
    }
}
