package io.streamclr.trainer.weights;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The names that a library gives to the tensors of a network, and which of ours each is. */
interface Naming {

    /** Copies that methods keep of the encoder that learns: MoCo's, BYOL's, DINO's and the like. */
    Set<String> COPIES = Set.of(
            "encoder_k",
            "momentum",
            "momentum_encoder",
            "momentum_backbone",
            "backbone_momentum",
            "target",
            "teacher",
            "ema");

    /** The tensor, by its name there, that is in each such network and in no other. */
    String telling();

    /** @param name without its prefix; what is not of the network stays as it is */
    String ours(String name);

    /** All that are known. */
    static List<Naming> all() {
        return Stream.<Naming[]>of(ResnetNames.values(), VitNames.values(), ConvNextNames.values())
                .flatMap(Arrays::stream)
                .toList();
    }

    /**
     * Where the network is in a file.
     *
     * @param names of the file's tensors, by ours; those alone that stand with it
     * @param rest the file's other tensors
     */
    record Found(Naming naming, Map<String, String> names, Set<String> rest) {}

    /**
     * Finds the one network among the tensors of a file, whatever stands before its names.
     *
     * @return empty if there is none
     * @throws IllegalArgumentException if there are several
     */
    static Optional<Found> find(Set<String> names) {
        for (Naming known : all()) {
            List<String> prefixes = names.stream()
                    .filter(name -> name.equals(known.telling()) || name.endsWith("." + known.telling()))
                    .map(name ->
                            name.substring(0, name.length() - known.telling().length()))
                    .toList();
            if (!prefixes.isEmpty()) {
                return Optional.of(known.of(only(prefixes), names));
            }
        }
        return Optional.empty();
    }

    private static String only(List<String> prefixes) {
        List<String> learning = prefixes.stream().filter(each -> !isCopy(each)).toList();
        List<String> left = learning.isEmpty() ? prefixes : learning;
        if (left.size() > 1) {
            List<String> shown = left.stream()
                    .limit(4)
                    .map(each -> each.isEmpty() ? "(no prefix)" : Shapes.shown(each) + "*")
                    .toList();
            throw new IllegalArgumentException(
                    "it holds " + left.size() + " encoders, " + String.join(" and ", shown) + "; save one alone");
        }
        return left.get(0);
    }

    private static boolean isCopy(String prefix) {
        return List.of(prefix.split("\\.", -1)).stream().anyMatch(COPIES::contains);
    }

    private Found of(String prefix, Set<String> names) {
        Map<String, String> found = new LinkedHashMap<>();
        Set<String> rest = new TreeSet<>();
        for (String name : names) {
            if (name.startsWith(prefix)) {
                found.put(ours(name.substring(prefix.length())), name);
            } else {
                rest.add(name);
            }
        }
        return new Found(this, found, rest);
    }
}
