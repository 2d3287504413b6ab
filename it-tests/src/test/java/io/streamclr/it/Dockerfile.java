package io.streamclr.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Dockerfile as its stages, each a list of instructions; comments are gone and continued lines are joined. */
record Dockerfile(Map<String, Stage> stages) {

    /** @param arguments all that follows the instruction's name */
    record Instruction(String name, String arguments) {

        /** The words of the exec form. */
        List<String> words() throws JsonProcessingException {
            return DeploymentFiles.texts(DeploymentFiles.JSON.readTree(withoutOptions()));
        }

        /** What follows the options of the instruction, as {@code --mount}. */
        String withoutOptions() {
            return arguments.replaceAll("^(--\\S+\\s+)+", "");
        }
    }

    /**
     * A part of the file that begins with FROM.
     *
     * @param base an image, or the name of a stage
     * @param platform of the base; empty where it is that of the image
     */
    record Stage(String name, String base, String platform, List<Instruction> instructions) {

        /** The last instruction of that name. */
        Optional<Instruction> last(String instruction) {
            return instructions.stream()
                    .filter(each -> each.name().equals(instruction))
                    .reduce((earlier, later) -> later);
        }
    }

    static Dockerfile read(Path file) throws IOException {
        String text = Files.readString(file).replaceAll("(?m)^#.*$", "").replaceAll("\\\\\\n\\s*", " ");
        Map<String, Stage> stages = new LinkedHashMap<>();
        Stage stage = null;
        for (String line : text.split("\\n", -1)) {
            if (line.isBlank()) {
                continue;
            }
            String[] parts = line.strip().split("\\s+", 2);
            Instruction instruction = new Instruction(parts[0], parts[1]);
            if (parts[0].equals("FROM")) {
                String[] from = instruction.withoutOptions().split("\\s+", -1);
                stage = new Stage(from[2], from[0], platform(parts[1]), new ArrayList<>());
                stages.put(stage.name(), stage);
            } else {
                stage.instructions().add(instruction);
            }
        }
        return new Dockerfile(stages);
    }

    private static String platform(String from) {
        return from.startsWith("--platform=") ? from.substring("--platform=".length(), from.indexOf(' ')) : "";
    }

    /** Whether a stage is of the builder's processor, whatever the image is for. */
    boolean isOfTheBuilder(String stageName) {
        Stage stage = stages.get(stageName);
        return stage != null && (stage.platform().equals("$BUILDPLATFORM") || isOfTheBuilder(stage.base()));
    }

    /** The stages that are images of their own, and so have a title, in their order; others only begin one. */
    List<String> images() {
        return stages.keySet().stream()
                .filter(name -> stages.get(name).instructions().stream()
                        .anyMatch(each -> each.name().equals("LABEL")
                                && each.arguments().contains("org.opencontainers.image.title=")))
                .toList();
    }

    /** The last instruction of that name in a stage or the stages that it is built on. */
    Optional<Instruction> effective(String stageName, String instruction) {
        Stage stage = stages.get(stageName);
        return stage == null
                ? Optional.empty()
                : stage.last(instruction).or(() -> effective(stage.base(), instruction));
    }
}
