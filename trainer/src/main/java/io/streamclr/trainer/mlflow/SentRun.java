package io.streamclr.trainer.mlflow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.streamclr.process.version.Build;
import io.streamclr.schemas.FileFault;
import io.streamclr.trainer.settings.OptionWords;
import io.streamclr.trainer.settings.TrainConfig;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowHttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run as the server has it. Whatever is asked twice, because the first answer did not come, leads to the same, but for a
 * second run if the answer to making the first was lost. To be used by one thread.
 */
final class SentRun {

    private static final Logger LOG = LoggerFactory.getLogger(SentRun.class);

    /** In one request, by MLflow's limit. */
    private static final int MOST_SETTINGS = 100;

    private static final String CHANGED = "streamclr.changed.";
    private static final String SINCE = " after step ";

    private final TrainConfig config;
    private final ServerAddress address;
    private final String experiment;
    private final MlflowCalls calls;
    private final Clock clock;
    /** Settings that the server has, as they were last: a parameter lets nobody change it, and then a tag says so. */
    private final Map<String, String> known = new HashMap<>();

    private long step;
    /** Null while there is no run. */
    private String id;

    SentRun(TrainConfig config, ServerAddress address, String experiment, MlflowCalls calls, Clock clock) {
        this.config = config;
        this.address = address;
        this.experiment = experiment;
        this.calls = calls;
        this.clock = clock;
    }

    /** @param after the step after which the run begins or goes on */
    void startsAfter(long after) {
        step = after;
    }

    /** Goes on with the run that the folder names, or makes one. */
    void begin(long limitMillis) throws Unanswered, InterruptedException {
        if (id == null) {
            Optional<String> before = before();
            boolean goesOn = before.isPresent() && goesOn(before.get(), limitMillis);
            if (!goesOn) {
                make(limitMillis);
            }
            LOG.info("run is kept in MLflow server={} mlflowRun={} goesOn={}", address, id, goesOn);
        }
        Map<String, String> given = new HashMap<>();
        OptionWords.all(config).forEach((option, text) -> given.put(option.replaceFirst("^--", ""), text));
        settings(given, limitMillis);
    }

    private Optional<String> before() {
        try {
            return KeptRun.in(config.folder()).map(KeptRun::id);
        } catch (IOException damaged) {
            LOG.warn(
                    "Run {} begins anew in MLflow, because {} cannot be read ({})",
                    config.runId(),
                    KeptRun.file(config.folder()),
                    FileFault.of(damaged));
            return Optional.empty();
        }
    }

    private boolean goesOn(String before, long limitMillis) throws Unanswered, InterruptedException {
        Run run;
        try {
            run = calls.ask(limitMillis, client -> client.getRun(before));
        } catch (Unanswered why) {
            if (why.isUnknown()) {
                return false;
            }
            throw why;
        }
        if (run.getInfo().getLifecycleStage().equals("deleted")) {
            return false;
        }
        // The client has no call for this: what it calls the end of a run sets the time of one.
        String running = JsonNodeFactory.instance
                .objectNode()
                .put("run_id", before)
                .put("status", RunStatus.RUNNING.name())
                .toString();
        calls.ask(limitMillis, client -> client.sendPost("runs/update", running));
        run.getData().getParamsList().forEach(param -> known.put(param.getKey(), param.getValue()));
        run.getData().getTagsList().forEach(this::take);
        id = before;
        return true;
    }

    private void take(RunTag tag) {
        int end = tag.getValue().lastIndexOf(SINCE);
        if (tag.getKey().startsWith(CHANGED) && end >= 0) {
            known.put(tag.getKey().substring(CHANGED.length()), tag.getValue().substring(0, end));
        }
    }

    private void make(long limitMillis) throws Unanswered, InterruptedException {
        String home = calls.ask(limitMillis, this::experiment);
        CreateRun request = CreateRun.newBuilder()
                .setExperimentId(home)
                .setRunName(config.runId())
                .setStartTime(clock.millis())
                .addAllTags(tags())
                .build();
        id = calls.ask(limitMillis, client -> client.createRun(request)).getRunId();
        try {
            new KeptRun(address.uri(), id).write(config.folder());
        } catch (IOException full) {
            LOG.warn(
                    "Run {} will not go on in MLflow when it is resumed, because {} cannot be written ({})",
                    config.runId(),
                    KeptRun.file(config.folder()),
                    FileFault.of(full));
        }
    }

    /** The id of the experiment, which is made where there is none. */
    private String experiment(MlflowClient client) {
        Optional<Experiment> there = client.getExperimentByName(experiment);
        if (there.isPresent()) {
            return there.get().getExperimentId();
        }
        try {
            return client.createExperiment(experiment);
        } catch (MlflowHttpException perhapsThere) {
            // Of runs that begin at the same time, one makes it.
            return client.getExperimentByName(experiment)
                    .orElseThrow(() -> perhapsThere)
                    .getExperimentId();
        }
    }

    private List<RunTag> tags() {
        Build built = Build.here();
        List<RunTag> tags = new ArrayList<>();
        tags.add(tag("mlflow.user", System.getProperty("user.name", "")));
        tags.add(tag("mlflow.source.name", "streamclr train"));
        tags.add(tag("mlflow.source.type", "LOCAL"));
        tags.add(tag("mlflow.source.git.commit", built.commit()));
        tags.add(tag("streamclr.version", built.words()));
        tags.add(tag("streamclr.run_folder", config.folder().toUri().toString()));
        tags.removeIf(tag -> tag.getValue().isEmpty());
        return tags;
    }

    private static RunTag tag(String name, String value) {
        return RunTag.newBuilder().setKey(name).setValue(Names.value(value)).build();
    }

    /** Keeps settings. One that the server has with another value, from an earlier start, becomes a tag. */
    void settings(Map<String, String> settings, long limitMillis) throws Unanswered, InterruptedException {
        Map<String, String> left = new HashMap<>();
        settings.forEach((name, value) -> {
            String kept = Names.value(value);
            if (!value.isEmpty() && !kept.equals(known.get(name))) {
                left.put(name, kept);
            }
        });
        List<Param> params = new ArrayList<>();
        List<RunTag> changed = new ArrayList<>();
        left.forEach((name, value) -> {
            if (known.containsKey(name)) {
                changed.add(tag(CHANGED + name, value + SINCE + step));
            } else {
                params.add(Param.newBuilder().setKey(name).setValue(value).build());
            }
        });
        for (int from = 0; from < params.size(); from += MOST_SETTINGS) {
            List<Param> part = params.subList(from, Math.min(from + MOST_SETTINGS, params.size()));
            log(List.of(), part, List.of(), limitMillis);
        }
        if (!changed.isEmpty()) {
            log(List.of(), List.of(), changed, limitMillis);
        }
        known.putAll(left);
    }

    /** @param metrics 1000 at most */
    void metrics(List<Metric> metrics, long limitMillis) throws Unanswered, InterruptedException {
        log(metrics, List.of(), List.of(), limitMillis);
    }

    private void log(List<Metric> metrics, List<Param> params, List<RunTag> tags, long limitMillis)
            throws Unanswered, InterruptedException {
        calls.ask(limitMillis, client -> {
            client.logBatch(id, metrics, params, tags);
            return id;
        });
    }

    /** @param how with a status */
    void end(Ending how, long limitMillis) throws Unanswered, InterruptedException {
        RunStatus status = how.status().orElseThrow();
        calls.ask(limitMillis, client -> {
            client.setTerminated(id, status, clock.millis());
            return id;
        });
    }
}
