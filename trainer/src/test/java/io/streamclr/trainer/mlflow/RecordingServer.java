package io.streamclr.trainer.mlflow;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.mlflow.api.proto.Service.CreateExperiment;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.GetExperimentByName;
import org.mlflow.api.proto.Service.GetRun;
import org.mlflow.api.proto.Service.LogBatch;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.SearchExperiments;
import org.mlflow.api.proto.Service.UpdateRun;
import org.mlflow_project.google.protobuf.InvalidProtocolBufferException;
import org.mlflow_project.google.protobuf.Message;
import org.mlflow_project.google.protobuf.util.JsonFormat;

/**
 * What an MLflow tracking server takes and answers, as far as runs need it: bodies are read by MLflow's own messages, so a
 * field that the interface does not know fails, and MLflow's limits hold, those of older servers where they differ.
 */
public final class RecordingServer implements AutoCloseable {

    private static final String BASE = "/api/2.0/mlflow/";
    private static final int MOST_CHARACTERS = 1_000_000;
    private static final Pattern NAME = Pattern.compile("[/\\w.\\- ]{1,250}", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern LEADS_ELSEWHERE = Pattern.compile("(^|.*/)(\\.{0,2})(/.*|$)");

    /** A run, as it was reported. */
    public static final class Kept {
        private final RunInfo.Builder info;
        private final Map<String, String> params = new LinkedHashMap<>();
        private final Map<String, String> tags = new LinkedHashMap<>();
        private final List<Metric> metrics = new ArrayList<>();
        private final List<RunStatus> statuses = new ArrayList<>();

        private Kept(RunInfo.Builder info) {
            this.info = info;
        }

        private Kept copy() {
            Kept copy = new Kept(info.clone());
            copy.params.putAll(params);
            copy.tags.putAll(tags);
            copy.metrics.addAll(metrics);
            copy.statuses.addAll(statuses);
            return copy;
        }

        public RunInfo info() {
            return info.build();
        }

        public Map<String, String> params() {
            return params;
        }

        public Map<String, String> tags() {
            return tags;
        }

        public List<Metric> metrics() {
            return metrics;
        }

        /** That it had, the newest last. */
        public List<RunStatus> statuses() {
            return statuses;
        }
    }

    /** What MLflow answers instead. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String code;

        Refused(int status, String code) {
            this.status = status;
            this.code = code;
        }
    }

    private final HttpServer http;
    private final String address;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, String> experiments = new HashMap<>();
    private final List<String> deletedExperiments = new ArrayList<>();
    private final Map<String, Kept> runs = new LinkedHashMap<>();
    private final List<String> requests = new ArrayList<>();
    private final List<Integer> metricsOfRequests = new ArrayList<>();
    private String authorization = "";
    private CountDownLatch released = new CountDownLatch(0);
    private int silent;
    private int errors;

    private RecordingServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::answer);
        http.setExecutor(threads);
        http.start();
        address = "http://127.0.0.1:" + http.getAddress().getPort();
    }

    public static RecordingServer start() throws IOException {
        return new RecordingServer();
    }

    public String address() {
        return address;
    }

    /** Takes from now on only requests that say so. */
    synchronized void require(String header) {
        authorization = header;
    }

    /** Says nothing to the next requests to log. */
    synchronized void fallSilent(int logRequests) {
        silent = logRequests;
    }

    /** Answers no request to log before it is released. */
    synchronized void hold() {
        released = new CountDownLatch(1);
    }

    synchronized void release() {
        released.countDown();
    }

    private synchronized CountDownLatch released() {
        return released;
    }

    /** Answers the next requests to log that it is out of order. */
    synchronized void fail(int logRequests) {
        errors = logRequests;
    }

    synchronized void deleteExperiment(String name) {
        experiments.putIfAbsent(name, "7");
        deletedExperiments.add(name);
    }

    synchronized void deleteRuns() {
        runs.values().forEach(run -> run.info.setLifecycleStage("deleted"));
    }

    /** The runs that were made, in their order, as they are now. */
    public synchronized List<Kept> runs() {
        return runs.values().stream().map(Kept::copy).toList();
    }

    /** Method, path and body of each request so far. */
    synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    /** How many metrics each request had that had some. */
    synchronized List<Integer> metricsOfRequests() {
        return List.copyOf(metricsOfRequests);
    }

    synchronized int metrics() {
        return runs.values().stream().mapToInt(run -> run.metrics.size()).sum();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (isSilent(path)) {
                closed.await();
                return;
            }
            if (path.endsWith("log-batch")) {
                released().await();
            }
            int status = 200;
            String text;
            try {
                text = answer(exchange, path, body);
            } catch (Refused refused) {
                status = refused.status;
                text = "{\"error_code\": \"" + refused.code + "\", \"message\": \"as the interface has it\"}";
            } catch (InvalidProtocolBufferException unknown) {
                status = 400;
                text = "{\"error_code\": \"MALFORMED_REQUEST\"}";
            }
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isSilent(String path) {
        return path.endsWith("log-batch") && silent > 0 && silent-- > 0;
    }

    private synchronized String answer(HttpExchange exchange, String path, String body)
            throws Refused, InvalidProtocolBufferException {
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
        String sent = exchange.getRequestHeaders().getFirst("Authorization");
        if (!authorization.isEmpty() && !authorization.equals(sent)) {
            throw new Refused(401, "UNAUTHENTICATED");
        }
        Message answer =
                switch (exchange.getRequestMethod() + " " + path.replaceFirst("^" + BASE, "")) {
                    case "GET experiments/get-by-name" -> experimentNamed(query(exchange, "experiment_name"));
                    case "POST experiments/search" -> {
                        read(body, SearchExperiments.newBuilder());
                        yield SearchExperiments.Response.getDefaultInstance();
                    }
                    case "POST experiments/create" -> createExperiment(read(body, CreateExperiment.newBuilder()));
                    case "POST runs/create" -> createRun(read(body, CreateRun.newBuilder()));
                    case "GET runs/get" -> run(kept(query(exchange, "run_id")));
                    case "POST runs/update" -> update(read(body, UpdateRun.newBuilder()));
                    case "POST runs/log-batch" -> {
                        if (body.length() > MOST_CHARACTERS) {
                            throw new Refused(400, "INVALID_PARAMETER_VALUE");
                        }
                        yield log(read(body, LogBatch.newBuilder()));
                    }
                    default -> throw new Refused(404, "ENDPOINT_NOT_FOUND");
                };
        return JsonFormat.printer().preservingProtoFieldNames().print(answer);
    }

    /** Refuses fields that the message does not have. */
    private static <B extends Message.Builder> B read(String body, B into) throws InvalidProtocolBufferException {
        JsonFormat.parser().merge(body, into);
        return into;
    }

    private static String query(HttpExchange exchange, String name) {
        for (String pair : exchange.getRequestURI().getRawQuery().split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private GetExperimentByName.Response experimentNamed(String name) throws Refused {
        if (!experiments.containsKey(name)) {
            throw new Refused(404, "RESOURCE_DOES_NOT_EXIST");
        }
        return GetExperimentByName.Response.newBuilder()
                .setExperiment(Experiment.newBuilder()
                        .setExperimentId(experiments.get(name))
                        .setName(name)
                        .setLifecycleStage(deletedExperiments.contains(name) ? "deleted" : "active"))
                .build();
    }

    private CreateExperiment.Response createExperiment(CreateExperiment.Builder request) throws Refused {
        if (experiments.containsKey(request.getName())) {
            throw new Refused(400, "RESOURCE_ALREADY_EXISTS");
        }
        String id = Integer.toString(experiments.size() + 1);
        experiments.put(request.getName(), id);
        return CreateExperiment.Response.newBuilder().setExperimentId(id).build();
    }

    private CreateRun.Response createRun(CreateRun.Builder request) throws Refused {
        if (!experiments.containsValue(request.getExperimentId()) || request.getStartTime() <= 0) {
            throw new Refused(400, "INVALID_PARAMETER_VALUE");
        }
        String id = String.format("%032x", runs.size() + 1);
        Kept run = new Kept(RunInfo.newBuilder()
                .setRunId(id)
                .setRunUuid(id)
                .setRunName(request.getRunName())
                .setExperimentId(request.getExperimentId())
                .setStartTime(request.getStartTime())
                .setStatus(RunStatus.RUNNING)
                .setLifecycleStage("active"));
        run.statuses.add(RunStatus.RUNNING);
        request.getTagsList().forEach(tag -> run.tags.put(tag.getKey(), tag.getValue()));
        runs.put(id, run);
        return CreateRun.Response.newBuilder().setRun(run(run).getRun()).build();
    }

    private Kept kept(String id) throws Refused {
        if (!runs.containsKey(id)) {
            throw new Refused(404, "RESOURCE_DOES_NOT_EXIST");
        }
        return runs.get(id);
    }

    private static GetRun.Response run(Kept run) {
        Run.Builder whole = Run.newBuilder().setInfo(run.info);
        run.params.forEach((key, value) ->
                whole.getDataBuilder().addParams(Param.newBuilder().setKey(key).setValue(value)));
        run.tags.forEach((key, value) ->
                whole.getDataBuilder().addTags(RunTag.newBuilder().setKey(key).setValue(value)));
        return GetRun.Response.newBuilder().setRun(whole).build();
    }

    private UpdateRun.Response update(UpdateRun.Builder request) throws Refused {
        Kept run = kept(request.getRunId());
        requireActive(run);
        run.info.setStatus(request.getStatus());
        run.info.setEndTime(request.getEndTime());
        run.statuses.add(request.getStatus());
        return UpdateRun.Response.newBuilder().setRunInfo(run.info).build();
    }

    private LogBatch.Response log(LogBatch.Builder request) throws Refused {
        if (errors > 0) {
            errors--;
            throw new Refused(503, "TEMPORARILY_UNAVAILABLE");
        }
        Kept run = kept(request.getRunId());
        requireActive(run);
        int all = request.getMetricsCount() + request.getParamsCount() + request.getTagsCount();
        if (request.getMetricsCount() > 1000
                || request.getParamsCount() > 100
                || request.getTagsCount() > 100
                || all > 1000) {
            throw new Refused(400, "INVALID_PARAMETER_VALUE");
        }
        for (Metric metric : request.getMetricsList()) {
            requireName(metric.getKey());
            if (metric.getTimestamp() <= 0 || !metric.hasValue()) {
                throw new Refused(400, "INVALID_PARAMETER_VALUE");
            }
        }
        for (Param param : request.getParamsList()) {
            requireName(param.getKey());
            String before = run.params.getOrDefault(param.getKey(), param.getValue());
            if (param.getValue().length() > 500 || !before.equals(param.getValue())) {
                throw new Refused(400, "INVALID_PARAMETER_VALUE");
            }
        }
        for (RunTag tag : request.getTagsList()) {
            requireName(tag.getKey());
            if (tag.getValue().length() > 5000) {
                throw new Refused(400, "INVALID_PARAMETER_VALUE");
            }
        }
        run.metrics.addAll(request.getMetricsList());
        request.getParamsList().forEach(param -> run.params.put(param.getKey(), param.getValue()));
        request.getTagsList().forEach(tag -> run.tags.put(tag.getKey(), tag.getValue()));
        if (request.getMetricsCount() > 0) {
            metricsOfRequests.add(request.getMetricsCount());
        }
        return LogBatch.Response.getDefaultInstance();
    }

    private static void requireActive(Kept run) throws Refused {
        if (!run.info.getLifecycleStage().equals("active")) {
            throw new Refused(400, "INVALID_PARAMETER_VALUE");
        }
    }

    private static void requireName(String name) throws Refused {
        if (!NAME.matcher(name).matches() || LEADS_ELSEWHERE.matcher(name).matches()) {
            throw new Refused(400, "INVALID_PARAMETER_VALUE");
        }
    }

    /** Takes no connection any more, and breaks those that there are. */
    @Override
    public void close() {
        closed.countDown();
        http.stop(0);
        threads.shutdownNow();
    }
}
