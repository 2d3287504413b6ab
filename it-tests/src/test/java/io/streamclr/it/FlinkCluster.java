package io.streamclr.it;

import io.streamclr.process.port.ServerPort;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.program.StreamContextEnvironment;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.DefaultExecutorServiceLoader;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.jobgraph.JobResourceRequirements;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.JobMessageParameters;
import org.apache.flink.runtime.rest.messages.job.JobDetailsHeaders;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo.JobVertexDetailsInfo;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A Flink cluster of real processes: one JobManager and some TaskManagers, on this machine. */
final class FlinkCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Path home;
    private final Configuration client = new Configuration();
    private final List<OwnJvm> taskManagers = new ArrayList<>();
    private OwnJvm jobManager;

    private FlinkCluster(Path home, int slotsEach, int rpcPort, int restPort) throws IOException {
        this.home = configuration(home, slotsEach, rpcPort, restPort, "");
        client.set(DeploymentOptions.TARGET, "remote");
        client.set(DeploymentOptions.ATTACHED, false);
        client.set(JobManagerOptions.ADDRESS, "127.0.0.1");
        client.set(RestOptions.ADDRESS, "127.0.0.1");
        client.set(RestOptions.PORT, restPort);
    }

    /** Makes a folder with the configuration of a cluster on this machine, and more lines of it. */
    static Path configuration(Path home, int slotsEach, int rpcPort, int restPort, String more) throws IOException {
        Files.createDirectories(home);
        // Losses are noticed in seconds, and a job scales to the slots that are there without a person.
        Files.writeString(home.resolve("config.yaml"), """
                jobmanager.rpc.address: 127.0.0.1
                jobmanager.rpc.port: %d
                jobmanager.bind-host: 127.0.0.1
                jobmanager.scheduler: adaptive
                jobmanager.adaptive-scheduler.submission.resource-stabilization-timeout: 100 ms
                jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling: 1 s
                jobmanager.adaptive-scheduler.executing.resource-stabilization-timeout: 1 s
                jobmanager.adaptive-scheduler.rescale-trigger.max-delay: 2 s
                jobmanager.memory.process.size: 600m
                rest.address: 127.0.0.1
                rest.bind-address: 127.0.0.1
                rest.port: %d
                taskmanager.host: 127.0.0.1
                taskmanager.bind-host: 127.0.0.1
                taskmanager.numberOfTaskSlots: %d
                heartbeat.interval: 500 ms
                heartbeat.timeout: 6 s
                io.tmp.dirs: %s
                %s
                """.formatted(rpcPort, restPort, slotsEach, home, more));
        return home;
    }

    /** @param slotsEach subtasks that each TaskManager has room for */
    static FlinkCluster start(Path home, int taskManagers, int slotsEach) throws Exception {
        FlinkCluster cluster = new FlinkCluster(home, slotsEach, ServerPort.free(), ServerPort.free());
        cluster.startJobManager();
        for (int i = 0; i < taskManagers; i++) {
            cluster.taskManagers.add(cluster.taskManager(i));
        }
        return cluster;
    }

    /** Programs that start jobs in this JVM start them here from now on. */
    void becomeContext() {
        StreamContextEnvironment.setAsContext(
                new DefaultExecutorServiceLoader(), client, FlinkCluster.class.getClassLoader(), false, true);
    }

    private void startJobManager() throws Exception {
        jobManager = OwnJvm.start(
                home.resolve("jobmanager.out"),
                List.of("-Xmx256m"),
                "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                List.of("--configDir", home.toString()));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (RestClusterClient<String> rest = new RestClusterClient<>(client, "test")) {
                rest.listJobs().get();
                return;
            } catch (Exception notYet) {
                if (System.nanoTime() > deadline || jobManager.endsWithin(Duration.ofMillis(100))) {
                    throw new IllegalStateException("No JobManager: " + jobManager.lastWords(), notYet);
                }
            }
        }
    }

    private OwnJvm taskManager(int number) throws IOException {
        return taskManager(home, Integer.toString(number), List.of(), OwnJvm.classPath());
    }

    /** Starts a TaskManager of the cluster whose configuration lies there. */
    static OwnJvm taskManager(Path home, String name, List<String> options, String classPath) throws IOException {
        List<String> all = new ArrayList<>(List.of("-Xmx264m", "-XX:MaxDirectMemorySize=200m"));
        all.addAll(options);
        List<String> arguments = new ArrayList<>(List.of("--configDir", home.toString()));
        Map<String, String> settings = new HashMap<>(Map.of(
                "taskmanager.resource-id", "tm" + name + "-" + System.nanoTime(),
                "taskmanager.cpu.cores", "1.0",
                "taskmanager.memory.framework.heap.size", "64m",
                "taskmanager.memory.framework.off-heap.size", "64m",
                "taskmanager.memory.task.heap.size", "200m",
                "taskmanager.memory.task.off-heap.size", "0",
                "taskmanager.memory.managed.size", "16m"));
        settings.putAll(Map.of(
                "taskmanager.memory.network.min", "32m",
                "taskmanager.memory.network.max", "32m",
                "taskmanager.memory.jvm-metaspace.size", "128m",
                "taskmanager.memory.jvm-overhead.min", "64m",
                "taskmanager.memory.jvm-overhead.max", "64m"));
        settings.forEach((key, value) -> arguments.addAll(List.of("-D", key + "=" + value)));
        return OwnJvm.start(
                home.resolve("taskmanager-" + name + ".out"),
                all,
                classPath,
                "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                arguments);
    }

    /** The class path of the tests without our modules and without the libraries in this folder, which the job brings. */
    static String classPathWithout(Path libraries) throws IOException {
        Set<String> brought;
        try (Stream<Path> jars = Files.list(libraries)) {
            brought = jars.map(jar -> jar.getFileName().toString()).collect(Collectors.toSet());
        }
        // Flink has these in its own layout too, under another name.
        brought.removeIf(jar -> jar.startsWith("commons-"));
        return Arrays.stream(OwnJvm.classPath().split(File.pathSeparator, -1))
                .filter(entry -> !brought.contains(Path.of(entry).getFileName().toString()))
                .filter(entry -> entry.contains("it-tests") || !entry.startsWith(DeploymentFiles.REPOSITORY.toString()))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Kills the JobManager, and with it all it knows of jobs, and starts another. */
    void loseJobManager() throws Exception {
        jobManager.kill();
        startJobManager();
    }

    /** Kills a TaskManager and starts another in its place. */
    void loseTaskManager(int number) throws Exception {
        int index = number % taskManagers.size();
        taskManagers.get(index).kill();
        taskManagers.set(index, taskManager(index));
    }

    /** Has the running job go on with so many subtasks, and returns when it does. */
    void rescale(int parallelism) throws Exception {
        try (RestClusterClient<String> rest = new RestClusterClient<>(client, "test")) {
            JobID job = rest.listJobs().get().stream()
                    .filter(each -> !each.getJobState().isGloballyTerminalState())
                    .map(JobStatusMessage::getJobId)
                    .findFirst()
                    .orElseThrow();
            // Flink accepted a request that came 2 s after the job was submitted, and never acted on it.
            await(rest, job, "the job runs", vertex -> true);
            JobResourceRequirements.Builder wanted = JobResourceRequirements.newBuilder();
            for (JobVertexDetailsInfo vertex : vertices(rest, job)) {
                wanted.setParallelismForJobVertex(vertex.getJobVertexID(), 1, parallelism);
            }
            rest.updateJobResourceRequirements(job, wanted.build()).get();
            await(
                    rest,
                    job,
                    "the job goes on with " + parallelism + " subtasks",
                    vertex -> vertex.getParallelism() == parallelism);
        }
    }

    /** Until all vertices run and are so; what the cluster said last is part of the failure. */
    private void await(
            RestClusterClient<String> rest, JobID job, String what, Predicate<JobVertexDetailsInfo> condition)
            throws Exception {
        try {
            Awaitility.await(what).atMost(PATIENCE).until(() -> {
                Collection<JobVertexDetailsInfo> all = vertices(rest, job);
                return !all.isEmpty()
                        && all.stream()
                                .allMatch(vertex ->
                                        vertex.getExecutionState() == ExecutionState.RUNNING && condition.test(vertex));
            });
        } catch (ConditionTimeoutException late) {
            List<String> words = new ArrayList<>(List.of(jobManager.lastWords()));
            for (OwnJvm taskManager : taskManagers) {
                words.add(taskManager.lastWords());
            }
            throw new IllegalStateException(
                    "The job is " + rest.getJobStatus(job).get() + "; the JobManager and its TaskManagers said last: "
                            + words,
                    late);
        }
    }

    private static Collection<JobVertexDetailsInfo> vertices(RestClusterClient<String> rest, JobID job)
            throws Exception {
        JobMessageParameters path = new JobMessageParameters();
        path.jobPathParameter.resolve(job);
        return rest.sendRequest(JobDetailsHeaders.getInstance(), path, EmptyRequestBody.getInstance())
                .get()
                .getJobVertexInfos();
    }

    @Override
    public void close() {
        StreamContextEnvironment.unsetAsContext();
        jobManager.kill();
        for (OwnJvm taskManager : taskManagers) {
            taskManager.kill();
        }
    }
}
