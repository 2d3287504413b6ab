/**
 * Shows and creates the topics of the system. Enter through {@link io.streamclr.console.topics.TopicsCommand}. Knows
 * nothing of records.
 */
package io.streamclr.console.topics;
