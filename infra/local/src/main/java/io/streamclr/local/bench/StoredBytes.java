package io.streamclr.local.bench;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** What a topic's records take on the disks of a broker that is alone. */
final class StoredBytes {

    private StoredBytes() {}

    /** Bytes a record on average, as they were packed; 0 for an empty topic. */
    static double perRecord(KafkaConnection kafka, String topic) throws InterruptedException {
        try (Admin admin = Admin.create(kafka.with(Map.of()));
                Topics topics = Topics.at(kafka)) {
            int broker = admin.describeCluster().controller().get().id();
            long bytes = admin.describeLogDirs(Set.of(broker)).allDescriptions().get().get(broker).values().stream()
                    .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                    .filter(replica -> replica.getKey().topic().equals(topic))
                    .mapToLong(replica -> replica.getValue().size())
                    .sum();
            Map<Integer, Long> beginnings = topics.beginning(topic);
            long records = topics.end(topic).entrySet().stream()
                    .mapToLong(end -> end.getValue() - beginnings.get(end.getKey()))
                    .sum();
            return records == 0 ? 0 : (double) bytes / records;
        } catch (ExecutionException failed) {
            throw new RefusalException(
                    "The broker does not say what topic " + topic + " takes: "
                            + failed.getCause().getMessage(),
                    failed);
        }
    }
}
