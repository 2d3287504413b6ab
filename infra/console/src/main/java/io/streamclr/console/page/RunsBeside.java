package io.streamclr.console.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The run on the page and the others that can be laid over it: those asked for, and those beside it. For any thread. */
final class RunsBeside {

    private static final int MOST = 100;

    /** As the trainer takes names of runs. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

    /** More than can be laid over one at once. */
    private static final int MOST_READ = 16;

    private final RecordedRun main;
    /** The runs that were asked for, the one longest ago first. */
    private final Map<RecordedRun, Read> read = new LinkedHashMap<>(MOST_READ, 0.75f, true);

    private final Map<String, RecordedRun> asked = new LinkedHashMap<>();

    /** What a run had when it was last read. */
    private record Read(FolderState state, String json) {}

    /** @param compared folders of runs that are shown over this one from the beginning */
    RunsBeside(RecordedRun main, List<Path> compared) {
        this.main = main;
        for (Path folder : compared) {
            RecordedRun run = RecordedRun.at(folder);
            String name = run.name();
            for (int number = 2; name.equals(main.name()) || asked.containsKey(name); number++) {
                name = run.name() + "-" + number;
            }
            asked.put(name, new RecordedRun(name, folder));
        }
    }

    /** The others' names, those asked for first, then the newest. */
    ObjectNode list() {
        ObjectNode all = JsonNodeFactory.instance.objectNode().put("main", main.name());
        ArrayNode runs = all.putArray("runs");
        asked.keySet().forEach(name -> runs.addObject().put("name", name).put("asked", true));
        beside().filter(run -> !asked.containsKey(run.name()))
                .limit(MOST)
                .forEach(run -> runs.addObject().put("name", run.name()).put("asked", false));
        return all;
    }

    private Stream<RecordedRun> beside() {
        Path root = main.folder().toAbsolutePath().normalize().getParent();
        try (Stream<Path> folders = Files.list(root)) {
            Map<RecordedRun, Long> changed = new HashMap<>(); // a run at work changes while they are sorted
            folders.filter(folder ->
                            NAME.matcher(folder.getFileName().toString()).matches())
                    .filter(RecordedRun::isOne)
                    .map(RecordedRun::at)
                    .filter(run -> !run.name().equals(main.name()))
                    .forEach(run -> changed.put(run, run.folder().toFile().lastModified()));
            return changed.entrySet().stream()
                    .sorted(Map.Entry.<RecordedRun, Long>comparingByValue().reversed())
                    .map(Map.Entry::getKey);
        } catch (IOException | UncheckedIOException | UnsupportedOperationException notListed) {
            return Stream.empty();
        }
    }

    /**
     * What is recorded of one of them, or of the run on the page, as {@link RecordedRun#json} has it. All of a run is read
     * again only where its folder has changed.
     *
     * @throws RefusalException if there is no such run
     */
    String json(String name, long from, long to) {
        RecordedRun run = run(name);
        if (from > 0 || to < Long.MAX_VALUE) {
            return run.json(from, to).toString();
        }
        FolderState state = FolderState.of(run.folder());
        synchronized (read) {
            Read before = read.get(run);
            if (before != null && before.state().equals(state)) {
                return before.json();
            }
        }
        String json = run.json(from, to).toString();
        synchronized (read) {
            read.put(run, new Read(state, json));
            if (read.size() > MOST_READ) {
                read.remove(read.keySet().iterator().next());
            }
        }
        return json;
    }

    private RecordedRun run(String name) {
        if (name.equals(main.name())) {
            return main;
        }
        if (asked.containsKey(name)) {
            return asked.get(name);
        }
        Path folder = main.folder()
                .toAbsolutePath()
                .normalize()
                .resolveSibling(NAME.matcher(name).matches() ? name : ".");
        if (!NAME.matcher(name).matches() || !RecordedRun.isOne(folder)) {
            throw new RefusalException("There is no such run beside this one");
        }
        return new RecordedRun(name, folder);
    }
}
