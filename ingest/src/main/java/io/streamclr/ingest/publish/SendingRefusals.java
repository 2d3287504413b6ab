package io.streamclr.ingest.publish;

import io.streamclr.schemas.RefusalException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;

/**
 * Says to people why images cannot be sent, and what to do.
 *
 * @param topic of images
 * @param address of the brokers
 */
record SendingRefusals(String topic, String address) {

    /**
     * What a failure comes to.
     *
     * @param acknowledged images that the broker has for good
     * @return to be thrown
     * @throws InterruptException if it is one
     * @throws OutOfMemoryError if it is one
     */
    RefusalException of(Exception failed, long acknowledged) {
        if (failed instanceof InterruptException stop) {
            throw stop;
        }
        if (failed instanceof TransactionalIdAuthorizationException
                || failed.getCause() instanceof TransactionalIdAuthorizationException) {
            return mayTakeNoTurns(failed);
        }
        if (failed instanceof AuthorizationException) { // the right was taken away meanwhile
            return mayNotWrite(failed);
        }
        if (failed.getCause() instanceof OutOfMemoryError full) {
            throw full;
        }
        if (failed instanceof RefusalException refusal) {
            return new RefusalException(refusal.getMessage(), refusal);
        }
        return new RefusalException(
                "Kafka at " + address + " stopped taking images after " + acknowledged + " of this run ("
                        + failed.getMessage() + "); when it is well again, repeat the same command: it goes on where"
                        + " this one stopped",
                failed);
    }

    private RefusalException mayTakeNoTurns(Exception failed) {
        String id = SharedTopic.transactionalId(topic);
        return new RefusalException(
                "The user of the --kafka-config file may not use the transactional id " + id + " of Kafka at " + address
                        + ", by which those who send at the same time take turns; grant it the operations Describe and"
                        + " Write on that id, as 'kafka-acls --add --allow-principal User:NAME --operation Describe"
                        + " --operation Write --transactional-id " + id + "' does, or give --no-check, with which"
                        + " nothing keeps images from being sent twice",
                failed);
    }

    /** @param cause null where it was asked for */
    RefusalException mayNotWrite(Exception cause) {
        return new RefusalException(
                "The user of the --kafka-config file may not write to topic " + topic + " of Kafka at " + address
                        + "; grant it the operations Describe, Read and Write on that topic, as 'kafka-acls --add"
                        + " --allow-principal User:NAME --topic " + topic + "' does, or give another user's file",
                cause);
    }
}
