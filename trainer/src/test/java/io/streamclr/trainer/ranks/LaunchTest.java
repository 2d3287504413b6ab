package io.streamclr.trainer.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaunchTest {

    private static final Map<String, String> TORCHRUN =
            Map.of("RANK", "2", "WORLD_SIZE", "4", "LOCAL_RANK", "0", "MASTER_ADDR", "host0", "MASTER_PORT", "29500");

    private static Map<String, String> with(Map<String, String> environment, String name, String value) {
        Map<String, String> other = new HashMap<>(environment);
        other.put(name, value);
        return other;
    }

    @Test
    void anEnvironmentThatSaysNothingIsThatOfOneProcess() {
        assertThat(Launch.of(Map.of())).isEmpty();
        assertThat(Launch.of(Map.of("RANK", "3", "JOB_COMPLETION_INDEX", "3", "MASTER_ADDR", "x")))
                .isEmpty();
        assertThat(Launch.of(with(TORCHRUN, "WORLD_SIZE", "1"))).isEmpty();
        assertThat(Launch.of(Map.of("PET_NNODES", "1"))).isEmpty();
    }

    @Test
    void torchrunAndPyTorchJobSayWhichRankThisIs() {
        assertThat(Launch.of(TORCHRUN)).contains(new Launch(2, 4, "host0", 29500, 0, Optional.empty()));
    }

    @Test
    void thePortOfTorchrunsAgentIsLeftToIt() {
        assertThat(Launch.of(with(TORCHRUN, "TORCHELASTIC_RUN_ID", "none"))
                        .orElseThrow()
                        .port())
                .isEqualTo(29501);
    }

    @Test
    void anIndexedJobCountsItsPods() {
        Map<String, String> job = Map.of(
                "WORLD_SIZE", "3", "JOB_COMPLETION_INDEX", "1", "MASTER_ADDR", "pod-0.run", "MASTER_PORT", "29500");

        assertThat(Launch.of(job)).contains(new Launch(1, 3, "pod-0.run", 29500, 0, Optional.empty()));
    }

    @Test
    void kubeflowTrainerSaysItInWordsOfItsOwn() {
        Map<String, String> trainer = Map.of(
                "PET_NNODES",
                "2",
                "PET_NODE_RANK",
                "1",
                "PET_NPROC_PER_NODE",
                "1",
                "PET_MASTER_ADDR",
                "node-0",
                "PET_MASTER_PORT",
                "29400");

        assertThat(Launch.of(trainer)).contains(new Launch(1, 2, "node-0", 29400, 0, Optional.empty()));
        assertThatThrownBy(() -> Launch.of(with(trainer, "PET_NPROC_PER_NODE", "8")))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("PET_NPROC_PER_NODE is 8, but each node trains as one rank");
    }

    @Test
    void theFileOfTheSecretIsNamedByTheEnvironment() {
        assertThat(Launch.of(with(TORCHRUN, "STREAMCLR_RANKS_SECRET_FILE", "/run/secret"))
                        .orElseThrow()
                        .secret())
                .contains(Path.of("/run/secret"));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> Launch.of(Map.of("WORLD_SIZE", "2", "MASTER_ADDR", "host0")))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("several ranks (WORLD_SIZE is 2), but not RANK and MASTER_PORT");
    }

    @ParameterizedTest
    @CsvSource({"RANK, 4", "RANK, -1", "RANK, one", "WORLD_SIZE, 0", "WORLD_SIZE, 2000", "MASTER_PORT, 70000"})
    void aNumberOutOfItsRangeIsRefused(String name, String value) {
        assertThatThrownBy(() -> Launch.of(with(TORCHRUN, name, value)))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("The environment variable " + name + " is '" + value + "', but it must be a");
    }
}
