package io.streamclr.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.identity.ImageId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InTurnsTest {

    private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
    private final Set<ImageId> there = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
    private Runnable whenProducersAreMade = () -> {};
    private Consumer<FoundImages> whenCaughtUp = found -> {};
    private Runnable whenSending = () -> {};
    private final AtomicInteger sendings = new AtomicInteger();
    private final InTurns outlet = new InTurns(new FakeBroker(), there::contains, 1 << 20);

    @AfterEach
    void close() {
        outlet.close();
    }

    @Test
    void whatIsSentIsCommittedAndAnswered() {
        send(1, 2, 3);

        outlet.flush();

        assertThat(committed(0)).containsExactly(1, 2, 3);
        assertThat(answers).containsExactly("1 sent", "2 sent", "3 sent");
    }

    @Test
    void whoIsOvertakenSendsOnlyWhatTheOtherDidNot() {
        whenProducersAreMade = () -> {
            if (producers.size() == 1) {
                producers.get(0).commitTransactionException = overtaken();
            }
        };
        whenCaughtUp = found -> {
            if (producers.size() == 2) {
                there.add(id(2));
            }
        };

        send(1, 2, 3);
        outlet.flush();

        assertThat(producers).hasSize(2);
        assertThat(producers.get(0).closed()).isTrue();
        assertThat(committed(1)).containsExactly(1, 3);
        assertThat(new HashSet<>(answers)).containsExactlyInAnyOrder("1 sent", "2 was there", "3 sent");
    }

    @Test
    void whatACommitDidThatNobodyAnsweredIsReadFromTheTopic() {
        whenProducersAreMade = () -> {
            if (producers.size() == 1) {
                producers.get(0).commitTransactionException = new KafkaException("no answer");
            }
        };
        whenCaughtUp = found -> {
            if (producers.size() == 2) {
                there.add(id(1)); // so it was committed after all
                found.found(id(1), 0, 0);
            }
        };

        send(1);
        outlet.flush();

        assertThat(answers).containsExactly("1 sent");
        assertThat(producers.get(1).history()).isEmpty();
    }

    @Test
    void whatSomebodyElseCommittedMeanwhileDoesNotCountAsSent() {
        whenProducersAreMade = () -> {
            if (producers.size() == 1) {
                producers.get(0).commitTransactionException = new KafkaException("no answer");
            }
        };
        whenCaughtUp = found -> {
            if (producers.size() == 2) {
                there.add(id(1));
                found.found(id(1), 0, 7); // not where this one wrote it
            }
        };

        send(1);
        outlet.flush();

        assertThat(answers).containsExactly("1 was there");
        assertThat(producers.get(1).history()).isEmpty();
    }

    @Test
    void whatWasCommittedBeforeSomebodyElseTookTheTurnCountsAsSent() {
        whenProducersAreMade = () -> {
            if (producers.size() == 1) {
                producers.get(0).commitTransactionException = overtaken(); // the answer was lost, and asked for again
            }
        };
        whenCaughtUp = found -> {
            if (producers.size() == 2) {
                there.add(id(1));
                found.found(id(1), 0, 0);
            }
        };

        send(1);
        outlet.flush();

        assertThat(answers).containsExactly("1 sent");
    }

    @Test
    void aRightThatIsMissingFailsWhatWaits() {
        whenProducersAreMade = () ->
                producers.get(0).initTransactionException = new TransactionalIdAuthorizationException("not permitted");

        send(1);
        outlet.flush();

        assertThat(answers).containsExactly("1 failed: not permitted");
    }

    @Test
    void whereMemoryEndsNobodyWaitsForEver() {
        whenSending = () -> {
            if (sendings.incrementAndGet() == 2) {
                throw new OutOfMemoryError("no room for a record");
            }
        };

        send(1, 2);
        outlet.flush();
        send(3);

        assertThat(new HashSet<>(answers))
                .containsExactlyInAnyOrder(
                        "1 failed: Sending failed", "2 failed: Sending failed", "3 failed: sending has ended");
    }

    @Test
    void aTransactionThatDoesNotBeginLosesNothing() {
        whenProducersAreMade = () -> {
            if (producers.size() == 1) {
                producers.get(0).beginTransactionException = overtaken();
            }
        };

        send(1);
        outlet.flush();

        assertThat(answers).containsExactly("1 sent");
        assertThat(committed(1)).containsExactly(1);
    }

    private static KafkaException overtaken() {
        return new org.apache.kafka.common.errors.ProducerFencedException("somebody else's turn");
    }

    private void send(int... contents) {
        for (int content : contents) {
            byte[] value = Integer.toString(content).getBytes(StandardCharsets.UTF_8);
            outlet.send(id(content), new ProducerRecord<>("images", 0, value, value), new Outlet.Answer() {
                @Override
                public void sent() {
                    answers.add(content + " sent");
                }

                @Override
                public void wasThere() {
                    answers.add(content + " was there");
                }

                @Override
                public void failed(Exception why) {
                    answers.add(content + " failed: " + why.getMessage());
                }
            });
        }
    }

    private static ImageId id(int content) {
        return new ImageId(content, content);
    }

    private List<Integer> committed(int producer) {
        return producers.get(producer).history().stream()
                .map(record -> Integer.valueOf(new String(record.value(), StandardCharsets.UTF_8)))
                .toList();
    }

    private final class FakeBroker implements InTurns.Broker {

        @Override
        public void awaitTurn(int overtaken) {
            // nobody else is there
        }

        @Override
        public Producer<byte[], byte[]> producer() {
            MockProducer<byte[], byte[]> made =
                    new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                        @Override
                        public synchronized Future<RecordMetadata> send(
                                ProducerRecord<byte[], byte[]> record, Callback callback) {
                            whenSending.run();
                            return super.send(record, callback);
                        }
                    };
            producers.add(made);
            whenProducersAreMade.run();
            return made;
        }

        @Override
        public void catchUp(FoundImages found) {
            whenCaughtUp.accept(found);
        }

        @Override
        public void requireSame() {
            // it is
        }

        @Override
        public void passOver(Map<Integer, Long> ends) {
            // nothing is read
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
