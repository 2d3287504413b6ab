package io.streamclr.process.configuration;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * What a configuration file says: values by names of options, for all commands or in groups by the names of commands.
 *
 * @param path where it lies
 * @param root the file's own mapping; keys in the order of the file
 */
record ConfigFile(Path path, Group root) {

    static final String OPTION = "--config";

    private static final int MOST_BYTES = 1 << 20;

    /**
     * One mapping of the file.
     *
     * @param values texts by names of options; several where the file has a list
     * @param groups mappings by names of commands
     */
    record Group(Map<String, List<String>> values, Map<String, Group> groups) {}

    /** @throws RefusalException if it cannot be read, or is no such file */
    static ConfigFile read(Path path) {
        try {
            Object read = YamlText.read(text(path));
            return new ConfigFile(path, read == null || read.equals("") ? none() : group(path, "it", read));
        } catch (NoSuchFileException missing) {
            throw new RefusalException("The configuration file " + path + " does not exist", missing);
        } catch (MarkedYAMLException wrong) {
            throw refused(
                    path,
                    wrong.getProblem() + " in line "
                            + (wrong.getProblemMark() == null
                                    ? "1"
                                    : wrong.getProblemMark().getLine() + 1),
                    wrong);
        } catch (YAMLException wrong) {
            String why = wrong.getMessage().lines().findFirst().orElse("no YAML");
            throw refused(path, why.contains("aliases") ? "only a text may be repeated by an alias (*)" : why, wrong);
        } catch (CharacterCodingException wrong) {
            throw refused(path, "it is no text in UTF-8", wrong);
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "The configuration file " + path + " cannot be read (" + FileFault.of(unreadable)
                            + "); name a file that this user may read",
                    unreadable);
        }
    }

    /**
     * What it holds.
     *
     * @throws RefusalException if it is a folder, or larger than 1 MiB
     */
    static String text(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw new RefusalException(
                    "The configuration " + path + " is a folder; name a file of 'name: value' lines");
        }
        // A pipe too, as a shell makes one of what another command prints; its length is not known beforehand.
        try (InputStream file = Files.newInputStream(path)) {
            byte[] bytes = file.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new RefusalException(
                        "The configuration file " + path + " is larger than 1 MiB; name a file of 'name: value' lines");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    private static Group none() {
        return new Group(Map.of(), Map.of());
    }

    private static RefusalException refused(Path path, String why, Exception cause) {
        return new RefusalException(
                "The configuration file " + path + " cannot be read as YAML: " + why
                        + "; --print-config shows how one looks",
                cause);
    }

    private static Group group(Path path, String name, Object read) {
        if (!(read instanceof Map<?, ?> mapping)) {
            throw refused(path, name + " must hold 'name: value' lines", null);
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        Map<String, Group> groups = new LinkedHashMap<>();
        mapping.forEach((key, value) -> {
            String word = String.valueOf(key);
            if (value instanceof Map<?, ?>) {
                groups.put(word, group(path, word, value));
            } else if (value instanceof List<?> list) {
                values.put(
                        word, list.stream().map(item -> text(path, word, item)).toList());
            } else {
                values.put(word, List.of(text(path, word, value)));
            }
        });
        return new Group(values, groups);
    }

    private static String text(Path path, String name, Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw refused(path, name + " must be a text, or a list of texts", null);
    }

    /** The value that holds for a command: that of its own group, else of the group around it, else of all. */
    Optional<String> value(List<String> command, String name) {
        Group group = root;
        Optional<String> found = first(group, name);
        for (String word : command) {
            group = group.groups().get(word);
            if (group == null) {
                break;
            }
            found = first(group, name).or(Optional.of(found)::get);
        }
        return found;
    }

    private static Optional<String> first(Group group, String name) {
        return group.values().getOrDefault(name, List.of()).stream().findFirst();
    }
}
