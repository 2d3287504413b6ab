package io.streamclr.console.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The page's sections as they are now. A viewer asks for those that are newer than what it has. For any thread. */
final class Board {

    /** Sections that only a process at work can fill, or that are of the stream and of no run. */
    private static final Set<String> NEVER_KEPT = Set.of("troubles", "stream", "drift");

    private final Map<String, Section> sections = new LinkedHashMap<>();
    private long revision;
    private boolean closed;

    /**
     * One section.
     *
     * @param revision grows with every change of any section
     * @param json one line
     */
    record Section(String name, long revision, String json) {}

    /** Replaces a section; one that stays the same is not sent again. */
    synchronized void put(String name, JsonNode content) {
        String json = content.toString();
        Section before = sections.get(name);
        if (before == null || !before.json().equals(json)) {
            revision++;
            sections.put(name, new Section(name, revision, json));
            notifyAll();
        }
    }

    /** The sections that are newer, oldest change first; waits a while for one, and is empty if none came. */
    synchronized List<Section> newerThan(long seen, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (revision <= seen && !closed) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return List.of();
            }
            wait(left);
        }
        return sections.values().stream()
                .filter(section -> section.revision() > seen)
                .sorted((one, other) -> Long.compare(one.revision(), other.revision()))
                .toList();
    }

    /** All sections but those that say nothing of the run once it has ended. */
    synchronized Map<String, String> kept() {
        Map<String, String> kept = new LinkedHashMap<>();
        sections.forEach((name, section) -> {
            if (!NEVER_KEPT.contains(name)) {
                kept.put(name, section.json());
            }
        });
        return kept;
    }

    /** Sends every viewer away. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized boolean isClosed() {
        return closed;
    }
}
