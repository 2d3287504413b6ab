package io.streamclr.console.plan;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a demand needs. Megabytes are 10^6 bytes.
 *
 * @param viewBytes of one pair in the topic of views, uncompressed
 * @param coreSecondsPerPair of the augmentation, with what carries images and views
 * @param augmentationCores with a reserve, for the job's TaskManagers
 * @param brokerCores of all brokers together, with a reserve
 * @param partitions of images, views and rejects, as many for each rank
 * @param imagesMegabytesPerSecond read from the topic of images
 * @param viewsMegabytesPerSecond written to the topic of views, and read from it by each trainer
 * @param imagesTerabytes that are kept, all copies
 * @param viewsTerabytes likewise
 * @param brokerTerabytes of disk a broker, with a reserve
 * @param limits each resource and the pairs a second at which it is full, the lowest first
 */
record CapacityPlan(
        double viewBytes,
        double coreSecondsPerPair,
        int augmentationCores,
        int brokerCores,
        int partitions,
        double imagesMegabytesPerSecond,
        double viewsMegabytesPerSecond,
        double imagesTerabytes,
        double viewsTerabytes,
        double brokerTerabytes,
        List<Limit> limits) {

    /** Ids, origin, lineage and Kafka's framing beside the pixels of a pair, rounded up. */
    static final int ENVELOPE_BYTES = 1_000;

    /** How busy cores are meant to be: the rest is for catching up after a stop, and for uneven partitions. */
    static final double BUSY = 0.7;

    /** How full disks are meant to be. */
    static final double FULL = 0.7;

    /** Two a core let cores be added later; with many divisors they share out evenly. */
    private static final int[] EVEN_PARTITIONS = {6, 12, 24, 48, 60, 96, 120, 180, 240, 360, 480, 720, 960};

    private static final double MEGA = 1e6;
    private static final double TERA = 1e12;

    /** @param pairsPerSecond of one trainer at which the resource is full */
    record Limit(String resource, double pairsPerSecond) {}

    static CapacityPlan of(Demand demand, Costs costs) {
        double viewBytes = 6.0 * demand.size() * demand.size() + ENVELOPE_BYTES;
        double megabytesPerPair = (viewBytes + demand.imageBytes()) / MEGA;
        double coreSeconds = costs.engineSeconds(demand.size()) + costs.carrySeconds() * megabytesPerPair;
        double pairs = demand.pairsPerSecond();
        int cores = Math.max(1, (int) Math.ceil(pairs * coreSeconds / BUSY));

        double imagesRead = pairs * demand.imageBytes() / MEGA;
        double views = pairs * viewBytes / MEGA;
        // A broker takes views from the job and copies from the others, and gives to the job, the trainers and the
        // others.
        double in = views * demand.replication() / demand.brokers();
        double out = (imagesRead + views * (demand.trainers() + demand.replication() - 1)) / demand.brokers();
        double carried = (in + out) * demand.brokers();
        int brokerCores = Math.max(demand.brokers(), (int) Math.ceil(carried * costs.brokerSeconds() / BUSY));

        double imagesTerabytes = demand.images() * demand.imageBytes() * demand.replication() / TERA;
        double viewsTerabytes = views * MEGA * demand.viewsHours() * 3600 * demand.replication() / TERA;
        List<Limit> limits = Stream.of(
                        new Limit("augmentation cores", cores / coreSeconds),
                        new Limit("a broker's network", pairs * demand.networkMegabytes() / Math.max(in, out)),
                        new Limit("a broker's disk", pairs * demand.diskMegabytes() / in))
                .sorted(Comparator.comparingDouble(Limit::pairsPerSecond))
                .toList();
        return new CapacityPlan(
                viewBytes,
                coreSeconds,
                cores,
                brokerCores,
                partitions(cores, demand.ranks()),
                imagesRead,
                views,
                imagesTerabytes,
                viewsTerabytes,
                (imagesTerabytes + viewsTerabytes) / demand.brokers() / FULL,
                limits);
    }

    /** As many for each rank, which all wait for the one with the least to read. */
    private static int partitions(int cores, int ranks) {
        return IntStream.of(EVEN_PARTITIONS)
                .filter(partitions -> partitions >= 2 * cores && partitions % ranks == 0)
                .findFirst()
                .orElse((2 * cores + ranks - 1) / ranks * ranks);
    }
}
