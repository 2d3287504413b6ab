package io.streamclr.trainer.ranks;

import io.streamclr.schemas.RefusalException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which rank this process is, as launchers say it by the environment: torchrun and PyTorchJob by RANK, WORLD_SIZE,
 * LOCAL_RANK, MASTER_ADDR and MASTER_PORT, Kubeflow Trainer by PET_NNODES, PET_NODE_RANK, PET_NPROC_PER_NODE,
 * PET_MASTER_ADDR and PET_MASTER_PORT, and an indexed job of Kubernetes (JobSet) by JOB_COMPLETION_INDEX instead of RANK.
 *
 * @param rank of this process, from 0
 * @param ranks how many there are, 2 or more
 * @param host of rank 0
 * @param port that rank 0 listens on; another rank listens on it too, if it has a host of its own and nothing else there does
 * @param localRank number among the ranks of this host, from 0; of its card, and of its ports above those of the first
 * @param secret that all ranks share, in a file; whoever does not know it is not let in
 */
public record Launch(int rank, int ranks, String host, int port, int localRank, Optional<Path> secret) {

    /** Names the file of the secret. */
    public static final String SECRET_FILE = "STREAMCLR_RANKS_SECRET_FILE";

    /** More than anybody has. */
    public static final int MOST_RANKS = 1024;

    static final int MOST_PORT = 65_535;

    /** The agent of torchrun may listen on MASTER_PORT itself. */
    private static final String TORCHRUN = "TORCHELASTIC_RUN_ID";

    /**
     * Reads the environment.
     *
     * @return empty if it says nothing of several ranks
     * @throws RefusalException if it says so, and not all of it
     */
    public static Optional<Launch> of(Map<String, String> environment) {
        return environment.containsKey("PET_NNODES") && !environment.containsKey("WORLD_SIZE")
                ? ofKubeflow(environment)
                : ofTorchrun(environment);
    }

    private static Optional<Launch> ofTorchrun(Map<String, String> environment) {
        String size = environment.get("WORLD_SIZE");
        if (size == null) {
            return Optional.empty();
        }
        int ranks = number("WORLD_SIZE", size, 1, MOST_RANKS);
        if (ranks == 1) {
            return Optional.empty();
        }
        String which = environment.containsKey("RANK") || !environment.containsKey("JOB_COMPLETION_INDEX")
                ? "RANK"
                : "JOB_COMPLETION_INDEX";
        require(environment, "WORLD_SIZE is " + ranks, which, "MASTER_ADDR", "MASTER_PORT");
        int port = number("MASTER_PORT", environment.get("MASTER_PORT"), 1, MOST_PORT - 1);
        return Optional.of(new Launch(
                number(which, environment.get(which), 0, ranks - 1),
                ranks,
                environment.get("MASTER_ADDR"),
                environment.containsKey(TORCHRUN) ? port + 1 : port,
                number("LOCAL_RANK", environment.getOrDefault("LOCAL_RANK", "0"), 0, ranks - 1),
                secret(environment)));
    }

    private static Optional<Launch> ofKubeflow(Map<String, String> environment) {
        int ranks = number("PET_NNODES", environment.get("PET_NNODES"), 1, MOST_RANKS);
        if (ranks == 1) {
            return Optional.empty();
        }
        String each = environment.getOrDefault("PET_NPROC_PER_NODE", "1");
        if (!List.of("1", "auto", "cpu").contains(each)) {
            throw new RefusalException("PET_NPROC_PER_NODE is " + each
                    + ", but each node trains as one rank; ask for 1 process a node, and for more nodes");
        }
        String said = "PET_NNODES is " + ranks;
        require(environment, said, "PET_NODE_RANK", "PET_MASTER_ADDR", "PET_MASTER_PORT");
        return Optional.of(new Launch(
                number("PET_NODE_RANK", environment.get("PET_NODE_RANK"), 0, ranks - 1),
                ranks,
                environment.get("PET_MASTER_ADDR"),
                number("PET_MASTER_PORT", environment.get("PET_MASTER_PORT"), 1, MOST_PORT),
                0,
                secret(environment)));
    }

    private static Optional<Path> secret(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(SECRET_FILE))
                .filter(file -> !file.isBlank())
                .map(Path::of);
    }

    private static void require(Map<String, String> environment, String said, String... names) {
        List<String> missing = new ArrayList<>();
        for (String name : names) {
            if (environment.getOrDefault(name, "").isBlank()) {
                missing.add(name);
            }
        }
        if (!missing.isEmpty()) {
            throw new RefusalException("The environment says that there are several ranks (" + said + "), but not "
                    + String.join(" and ", missing) + "; set what the launcher should have set, or unset the other");
        }
    }

    private static int number(String name, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text.trim());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException none) {
            throw wrong(name, text, least, most, none);
        }
        throw wrong(name, text, least, most, null);
    }

    private static RefusalException wrong(String name, String text, int least, int most, Throwable cause) {
        return new RefusalException(
                "The environment variable " + name + " is '" + text.replaceAll("\\p{Cntrl}", "?")
                        + "', but it must be a number from " + least + " to " + most + "; see what launches this",
                cause);
    }
}
