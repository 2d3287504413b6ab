package io.streamclr.trainer.command;

import io.streamclr.process.command.Stoppable;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.ranks.Collective;
import io.streamclr.trainer.ranks.Launch;
import io.streamclr.trainer.ranks.LocalRanks;
import io.streamclr.trainer.ranks.Rendezvous;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Whether a run is trained by several processes, and which of them this is. */
final class RankOptions {

    @Option(
            names = "--ranks",
            paramLabel = "N",
            defaultValue = "1",
            description = "Train with N processes on this machine, each on its part of every batch and on processor or"
                    + " card number of its own. On several hosts a launcher (torchrun, JobSet and others) says instead"
                    + " by RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT which rank a process is (default:"
                    + " ${DEFAULT-VALUE}).")
    private int ranks = 1;

    /** How many the command line asks for; 1 for one process, or as many as a launcher started. */
    int number() {
        return ranks;
    }

    /**
     * Which rank this process is.
     *
     * @return empty for a run of one process, and for the process that starts the ranks
     * @throws RefusalException if environment and options do not agree
     */
    Optional<Launch> launch(Map<String, String> environment) {
        if (ranks < 1 || ranks > Launch.MOST_RANKS) {
            throw RefusalException.ofUsage(
                    "--ranks is " + ranks + ", but a run has 1 to " + Launch.MOST_RANKS + " of them");
        }
        Optional<Launch> launch = Launch.of(environment);
        if (launch.isPresent() && ranks > 1 && ranks != launch.get().ranks()) {
            throw RefusalException.ofUsage("--ranks is " + ranks + ", and the launcher started "
                    + launch.get().ranks() + "; leave it out");
        }
        return launch;
    }

    /**
     * Starts the ranks, and waits for their end.
     *
     * @param command whose whole command line is theirs
     * @param toSave how long they may take to stop
     * @return the exit code
     */
    int start(CommandSpec command, Duration toSave) throws Exception {
        LocalRanks all = LocalRanks.start(
                ranks, command.root().commandLine().getParseResult().originalArgs());
        return Stoppable.work(toSave, () -> true, all::stop, () -> {
            // Within the work: after it, a process that is asked to end does nothing more.
            try (all) {
                return all.await();
            }
        });
    }

    /** Has this process end as by a signal to end, with a checkpoint, when the process that started it is gone. */
    @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for it.
    static void endWithStarter() {
        ProcessHandle.current().parent().ifPresent(starter -> starter.onExit().thenRun(() -> System.exit(1)));
    }

    /** What a rank does, among the others. */
    interface Work<T> {
        T amongst(Optional<Collective> ranks) throws Exception;
    }

    /** Joins the others, does the work, and leaves them; if it fails they hear why. */
    static <T> T joined(Optional<Launch> launch, Work<T> work) throws Exception {
        if (launch.isEmpty()) {
            return work.amongst(Optional.empty());
        }
        try (Collective all = Rendezvous.join(launch.get())) {
            return telling(all, () -> work.amongst(Optional.of(all)));
        }
    }

    private static <T> T telling(Collective all, Callable<T> work) throws Exception {
        try {
            return work.call();
        } catch (RefusalException refused) {
            all.fail(refused.getMessage(), refused.exitCode());
            throw refused;
        } catch (OutOfMemoryError full) {
            all.fail("it needs more memory than Java may use there (" + full.getMessage() + ")", 1);
            throw full;
        } catch (Exception | Error fault) {
            all.fail(fault.toString(), 1);
            throw fault;
        }
    }
}
