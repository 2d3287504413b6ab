package io.streamclr.ingest.watch;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides when a file is complete, from what is heard and seen of it.
 *
 * <ul>
 *   <li>A file that has not changed for the settling time is complete: at once if it is that old when it is seen first.
 *   <li>A file that appears with all its content, and of which no change is heard for a moment, was moved into its place
 *       and is complete. Whoever writes into a file is heard, and that moment is many times what the hearing takes.
 * </ul>
 *
 * <p>A file that changes after it was complete is another one. For one thread.
 */
final class Arrivals {

    /** How long after its appearance a change of a file would have been heard. */
    static final Duration MOMENT = Duration.ofMillis(200);

    private final Duration settling;
    /** What is not complete yet. */
    private final Map<Path, Seen> open = new HashMap<>();
    /** What was complete, as it was then. */
    private final Map<Path, State> complete = new HashMap<>();

    /** What changes when a file does. */
    private record State(long size, Instant modified) {
        static State of(BasicFileAttributes attributes) {
            return new State(attributes.size(), attributes.lastModifiedTime().toInstant());
        }
    }

    /**
     * @param state when it was looked at last
     * @param since when it was first seen in this state
     * @param moved whether it appeared as it is and nothing was heard of it since
     */
    private record Seen(State state, Instant since, boolean moved) {}

    Arrivals(Duration settling) {
        this.settling = settling;
    }

    /** The file's name was heard to appear. */
    void appeared(Path file, BasicFileAttributes attributes, Instant now) {
        see(file, attributes, now, attributes.size() > 0);
    }

    /** The file was heard to change. */
    void changed(Path file, BasicFileAttributes attributes, Instant now) {
        see(file, attributes, now, false);
    }

    /** Somebody looked and found the file; nothing was heard of it. */
    void found(Path file, BasicFileAttributes attributes, Instant now) {
        Seen before = open.get(file);
        see(
                file,
                attributes,
                now,
                before != null && before.moved() && before.state().equals(State.of(attributes)));
    }

    /** The file is not there any more. */
    void gone(Path file) {
        open.remove(file);
        complete.remove(file);
    }

    private void see(Path file, BasicFileAttributes attributes, Instant now, boolean moved) {
        State state = State.of(attributes);
        if (state.equals(complete.get(file))) {
            return;
        }
        Seen before = open.get(file);
        Instant since = before != null && before.state().equals(state) ? before.since() : now;
        open.put(file, new Seen(state, since, moved));
    }

    /** The files that are not complete yet. */
    List<Path> open() {
        return List.copyOf(open.keySet());
    }

    /** The files that are complete now, in the order of their names; each is reported once. */
    List<Path> takeComplete(Instant now) {
        List<Path> taken = new ArrayList<>();
        for (Map.Entry<Path, Seen> file : open.entrySet()) {
            if (isComplete(file.getValue(), now)) {
                taken.add(file.getKey());
            }
        }
        taken.sort(Comparator.comparing(Path::toString));
        for (Path file : taken) {
            complete.put(file, open.remove(file).state());
        }
        return taken;
    }

    private boolean isComplete(Seen file, Instant now) {
        Duration seen = Duration.between(file.since(), now);
        if (file.moved() && seen.compareTo(MOMENT) >= 0) {
            return true;
        }
        // A clock of another machine may have set the time, so that of the future says nothing.
        Duration age = Duration.between(file.state().modified(), now);
        return seen.compareTo(settling) >= 0 || age.compareTo(settling) >= 0;
    }

    /** Whether a file may be complete later. */
    boolean hasOpen() {
        return !open.isEmpty();
    }
}
