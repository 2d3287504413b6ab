package io.streamclr.it;

import static io.streamclr.it.WrittenEmbeddings.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.console.vectors.ArrivalOrder;
import io.streamclr.console.vectors.EmbeddingLog;
import io.streamclr.console.vectors.LogPosition;
import io.streamclr.console.vectors.StoredEmbedding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Embeddings of several partitions of a real topic, looked back on. */
@ExtendWith(RealBroker.class)
@Timeout(120)
class ArrivalOrderTest {

    /** More than the broker gives of one partition at a time. */
    private static final int IMAGES = 2_400;

    private static final Duration WAIT = Duration.ofMillis(200);

    @Test
    void imagesComeAsTheyArrivedWhateverPartitionTheyAreInAndThenWhatIsNew() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("in.order")) {
            for (int partition = 0; partition < 2; partition++) {
                for (int image = partition; image < IMAGES; image += 2) {
                    topic.send(WrittenEmbeddings.embedding(image, FIRST, WrittenEmbeddings.vector(image)));
                }
                topic.send(partition, new byte[] {1}).written();
            }
            try (EmbeddingLog log = EmbeddingLog.open(
                    RealBroker.connection(), topic.topic(), Optional.empty(), LogPosition.BEGINNING)) {
                ArrivalOrder order = new ArrivalOrder(log);
                List<StoredEmbedding> all = new ArrayList<>();
                while (!order.isOver()) {
                    all.addAll(order.next(WAIT));
                }
                topic.send(IMAGES, IMAGES + 2, FIRST).written();
                List<StoredEmbedding> later = new ArrayList<>();
                while (later.size() < 2) {
                    later.addAll(log.next(WAIT));
                }

                assertThat(all).hasSize(IMAGES);
                assertThat(all)
                        .extracting(each -> 2 * each.origin() + each.partition())
                        .isSorted();
                assertThat(later).extracting(StoredEmbedding::origin).containsOnly((long) IMAGES / 2);
            }
        }
    }
}
