package io.streamclr.console.plan;

/**
 * What is to be fed, and with what hardware.
 *
 * @param pairsPerSecond that one trainer takes, all its ranks together, above 0
 * @param trainers that read the same views, 1 or more
 * @param ranks of each trainer, which read partitions of their own, 1 or more
 * @param size side of the views, in pixels
 * @param imageBytes of an encoded image, on average
 * @param images that are kept
 * @param viewsHours how long views are kept
 * @param replication copies of every record
 * @param brokers that share the partitions
 * @param networkMegabytes a second that a broker's network carries in each direction
 * @param diskMegabytes a second that a broker's disks write
 */
record Demand(
        double pairsPerSecond,
        int trainers,
        int ranks,
        int size,
        double imageBytes,
        long images,
        double viewsHours,
        int replication,
        int brokers,
        double networkMegabytes,
        double diskMegabytes) {}
