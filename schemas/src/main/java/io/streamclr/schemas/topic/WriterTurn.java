package io.streamclr.schemas.topic;

/**
 * What a transactional id is at. Two that are equal are the same writer at the same transaction, or at none since.
 *
 * @param producerId number that the broker gave its writer
 * @param epoch how often the writer changed, and on newer brokers how many transactions there were
 * @param since when its transaction began, in milliseconds since 1970; -1 where there is none
 * @param open whether a transaction is under way
 */
public record WriterTurn(long producerId, int epoch, long since, boolean open) {}
