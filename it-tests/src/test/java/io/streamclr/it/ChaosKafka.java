package io.streamclr.it;

import io.streamclr.local.broker.LocalBroker;
import io.streamclr.schemas.topic.KafkaConnection;
import java.nio.file.Path;

/** The Kafka under a system that is disturbed. */
interface ChaosKafka extends AutoCloseable {

    /** Holds while brokers are lost and come back. */
    KafkaConnection connection();

    /** Whether work goes on while a broker is lost. */
    boolean doesWithoutOne();

    /** Loses a broker, as in a power cut, lets work go on without it where it can, and starts it again. */
    void loseBroker(Work goesOn) throws Exception;

    @Override
    void close();

    /** What can be done without the broker that was lost. */
    interface Work {
        void await() throws Exception;
    }

    /** A broker alone, without which nothing goes on. */
    static ChaosKafka ofOneBroker(Path home) {
        return new ChaosKafka() {
            private LocalBroker broker = LocalBroker.start(home);

            @Override
            public KafkaConnection connection() {
                return KafkaConnection.to(broker.bootstrapServers());
            }

            @Override
            public boolean doesWithoutOne() {
                return false;
            }

            @Override
            public void loseBroker(Work unused) {
                broker.crash();
                broker = LocalBroker.start(home);
            }

            @Override
            public void close() {
                broker.close();
            }
        };
    }
}
