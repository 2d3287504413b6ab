package io.streamclr.console.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.probe.SmallFile;
import io.streamclr.schemas.FileFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a page keeps of itself in the folder {@code page/} of its run, so that it can be shown when nothing of the run is at
 * work any more: its sections in {@code page.json}, and pictures. A folder that cannot be written to keeps nothing. For any
 * thread.
 */
final class PageFolder {

    /** A section of the curves over time, which no records have. */
    static final String TIME_CURVES = "time_curves";

    static final String GALLERY = "gallery.png";

    private static final String SECTIONS = "page.json";
    private static final String FORMAT = "streamclr-page";
    private static final int VERSION = 1;
    private static final Logger LOG = LoggerFactory.getLogger(PageFolder.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    /** @param run its folder; need not exist */
    PageFolder(Path run) {
        this.folder = run.resolve("page");
    }

    /**
     * Keeps the sections, each by its name, in place of those before.
     *
     * @return whether they are kept
     */
    boolean keep(Map<String, String> sections) {
        ObjectNode file = JSON.createObjectNode().put("format", FORMAT).put("version", VERSION);
        ObjectNode all = file.putObject("sections");
        sections.forEach((name, json) -> all.set(name, parsed(json)));
        return write(SECTIONS, file.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException ownWork) {
            throw new IllegalStateException("A section of the page is JSON", ownWork);
        }
    }

    /**
     * Keeps a file, in place of an earlier one; whoever reads sees all of it or nothing.
     *
     * @return whether it is kept
     */
    synchronized boolean write(String name, byte[] content) {
        if (folder.getFileSystem() != FileSystems.getDefault()) {
            return false; // the curves are not kept there either
        }
        if (!Files.isDirectory(folder.getParent())) {
            return false; // the run has not begun, and may fail to
        }
        Path beside = folder.resolve(name + ".partial");
        try {
            Files.createDirectories(beside.getParent());
            Files.write(beside, content);
            Files.move(beside, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (IOException full) {
            LOG.warn("the page is not kept in the run's folder file={} reason={}", beside, FileFault.of(full));
            return false;
        }
    }

    /** Deletes the files of a folder in here that are not among these. */
    synchronized void only(String inside, Set<String> names) {
        Path place = folder.resolve(inside);
        if (!Files.isDirectory(place)) {
            return;
        }
        try (Stream<Path> files = Files.list(place)) {
            for (Path file : files.toList()) {
                if (!names.contains(file.getFileName().toString())) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException unreadable) {
            LOG.warn("old pictures of the page stay folder={} reason={}", place, FileFault.of(unreadable));
        }
    }

    /** The sections; empty where none are kept that this release can read. */
    Optional<JsonNode> sections() {
        return read(SECTIONS)
                .flatMap(bytes -> {
                    try {
                        return Optional.ofNullable(JSON.readTree(bytes));
                    } catch (IOException damaged) {
                        LOG.warn("the kept page cannot be read folder={} reason={}", folder, FileFault.of(damaged));
                        return Optional.empty();
                    }
                })
                .filter(file -> file.path("format").asText().equals(FORMAT)
                        && file.path("version").asInt() == VERSION)
                .map(file -> file.path("sections"));
    }

    /** A file; empty where there is none, or one that a page does not keep: a link, or a very large one. */
    Optional<byte[]> read(String name) {
        try {
            Path file = folder.resolve(name);
            boolean isElsewhere = Files.isSymbolicLink(folder) || Files.isSymbolicLink(file.getParent());
            return isElsewhere ? Optional.empty() : SmallFile.read(file);
        } catch (IOException unreadable) {
            LOG.warn("a file of the kept page cannot be read folder={} reason={}", folder, FileFault.of(unreadable));
            return Optional.empty();
        }
    }

    /** When the sections were last kept, in milliseconds since 1970; 0 for never. */
    long keptAt() {
        return folder.resolve(SECTIONS).toFile().lastModified();
    }
}
