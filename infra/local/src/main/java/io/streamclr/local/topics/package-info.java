/**
 * Shows and creates the topics of the system. Enter through {@link io.streamclr.local.topics.TopicsCommand}. Knows
 * nothing of records.
 */
package io.streamclr.local.topics;
