package io.streamclr.console.page;

import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import io.javalin.util.JavalinBindException;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a browser the page, and sends it what changes for as long as it looks. */
final class PageServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final int MOST_VIEWERS = 32;
    private static final String COOKIE = "streamclr_page";
    private static final Pattern PORT = Pattern.compile(":\\d+$");
    private static final Set<String> NAMES_OF_THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    /** Nothing from elsewhere is run, shown or asked, and nobody else may frame the page. */
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    private final PageAddress address;
    private final Board board;
    private final History history;
    private final Answers answers;
    private final Semaphore seats = new Semaphore(MOST_VIEWERS);
    private final Javalin server;

    /** What is made only for the viewer who asks. */
    interface Answers {

        /** @throws RefusalException if there is no such pair */
        byte[] png(NewestPairs.Place place, NewestPairs.Part part);

        /** @throws RefusalException if there is no such pair */
        String lineage(NewestPairs.Place place);

        /** @throws RefusalException if there is none yet */
        byte[] galleryPicture();

        /** @throws RefusalException if there is no picture of this image of the stream */
        byte[] streamPicture(Thumbnails.Place place);

        /** The runs that can be laid over this one. */
        RunsBeside runs();
    }

    /** @throws RefusalException if nothing can listen there */
    PageServer(PageAddress address, Board board, History history, Answers answers) {
        this.address = address;
        this.board = board;
        this.history = history;
        this.answers = answers;
        this.server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            route(config.routes);
        });
        try {
            server.start(address.host(), address.port());
        } catch (JavalinBindException taken) {
            throw new RefusalException(
                    "The page cannot be shown at " + address.host() + ":" + address.port()
                            + ", because the port is taken or not allowed; give another port, or 0 for a free one",
                    taken);
        }
    }

    private void route(RoutesConfig routes) {
        routes.before(this::admit);
        resource(routes, "/", "page.html", "text/html");
        resource(routes, "/page.js", "page.js", "text/javascript");
        for (String script : List.of("elements.js", "curves.js", "charts.js", "gallery.js", "stream.js", "runs.js")) {
            resource(routes, "/" + script, script, "text/javascript");
        }
        resource(routes, "/page.css", "page.css", "text/css");
        resource(routes, "/icon.svg", "icon.svg", "image/svg+xml");
        String charts = "/META-INF/resources/webjars/uplot/" + chartsVersion() + "/dist/uPlot.";
        resource(routes, "/uplot.js", charts + "iife.min.js", "text/javascript");
        resource(routes, "/uplot.css", charts + "min.css", "text/css");
        routes.get("/events", this::tell);
        routes.get("/gallery.png", viewer -> viewer.contentType("image/png").result(answers.galleryPicture()));
        routes.get("/pairs/{partition}/{offset}", viewer -> viewer.contentType("application/json")
                .result(answers.lineage(place(viewer))));
        routes.get("/pairs/{partition}/{offset}/{part}", viewer -> viewer.contentType("image/png")
                .header("Cache-Control", "private, max-age=3600")
                .result(answers.png(place(viewer), part(viewer))));
        routes.get("/stream/{partition}/{offset}/thumbnail.png", viewer -> viewer.contentType("image/png")
                .header("Cache-Control", "private, max-age=3600")
                .result(answers.streamPicture(streamPlace(viewer))));
        routes.get("/runs", viewer -> viewer.contentType("application/json")
                .result(answers.runs().list().toString()));
        routes.get("/runs/{name}", viewer -> viewer.contentType("application/json")
                .result(answers.runs()
                        .json(viewer.pathParam("name"), step(viewer, "from", 0), step(viewer, "to", Long.MAX_VALUE))));
        routes.exception(RefusalException.class, (missing, viewer) -> viewer.status(404)
                .contentType("text/plain")
                .result(missing.getMessage()));
    }

    private static void resource(RoutesConfig routes, String path, String name, String type) {
        try (InputStream in = PageServer.class.getResourceAsStream(name)) {
            byte[] bytes = in.readAllBytes();
            routes.get(
                    path, viewer -> viewer.contentType(type + "; charset=utf-8").result(bytes));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** The library's folder is named for its version, which the parent POM alone says. */
    private static String chartsVersion() {
        try (InputStream in =
                PageServer.class.getResourceAsStream("/META-INF/maven/org.webjars.npm/uplot/pom.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void admit(Context viewer) {
        HEADERS.forEach(viewer::header);
        // A foreign page can make a browser ask this machine by a name of its own; such a name is not ours.
        String host = hostIn(viewer);
        if (address.isLocal() && !NAMES_OF_THIS_MACHINE.contains(host) && !host.equals(nameInUri())) {
            refuse(viewer, 421, "This page is shown as localhost alone.");
        } else if (!address.token().isEmpty()) {
            requireToken(viewer);
        }
    }

    private String hostIn(Context viewer) {
        // Through a tunnel the viewer's port is another one than ours.
        return PORT.matcher(String.valueOf(viewer.host())).replaceFirst("").toLowerCase(Locale.ROOT);
    }

    private void requireToken(Context viewer) {
        String brought = viewer.queryParam("token");
        if (brought != null && isToken(brought)) {
            viewer.cookie(new Cookie(COOKIE, brought, "/", -1, false, true, null, SameSite.STRICT));
            viewer.redirect("/");
            viewer.skipRemainingHandlers();
        } else if (!isToken(String.valueOf(viewer.cookie(COOKIE)))) {
            refuse(viewer, 401, "This page needs a token; open it once with /?token=TOKEN.");
        }
    }

    /** Takes as long for a wrong token as for the right one. */
    private boolean isToken(String brought) {
        return MessageDigest.isEqual(
                brought.getBytes(StandardCharsets.UTF_8), address.token().getBytes(StandardCharsets.UTF_8));
    }

    private static void refuse(Context viewer, int status, String sentence) {
        viewer.status(status).contentType("text/plain").result(sentence);
        viewer.skipRemainingHandlers();
    }

    private static NewestPairs.Place place(Context viewer) {
        try {
            return new NewestPairs.Place(
                    Integer.parseInt(viewer.pathParam("partition")), Long.parseLong(viewer.pathParam("offset")));
        } catch (NumberFormatException wrong) {
            throw new RefusalException("There is no such pair; a pair is named by partition and offset", wrong);
        }
    }

    private static Thumbnails.Place streamPlace(Context viewer) {
        try {
            return new Thumbnails.Place(
                    Integer.parseInt(viewer.pathParam("partition")), Long.parseLong(viewer.pathParam("offset")));
        } catch (NumberFormatException wrong) {
            throw new RefusalException("There is no such image; an image is named by partition and offset", wrong);
        }
    }

    private static long step(Context viewer, String name, long usual) {
        String asked = viewer.queryParam(name);
        try {
            return asked == null ? usual : Long.parseLong(asked);
        } catch (NumberFormatException wrong) {
            throw new RefusalException("A step is a whole number", wrong);
        }
    }

    private static NewestPairs.Part part(Context viewer) {
        return switch (viewer.pathParam("part")) {
            case "first.png" -> NewestPairs.Part.FIRST;
            case "second.png" -> NewestPairs.Part.SECOND;
            case "original.png" -> NewestPairs.Part.ORIGINAL;
            default -> throw new RefusalException("A pair has first.png, second.png and original.png");
        };
    }

    /** Server-sent events, in the request's own thread until the viewer goes or the page is closed. */
    private void tell(Context viewer) throws InterruptedException {
        if (!seats.tryAcquire()) {
            refuse(viewer, 503, "Too many look at this page already; close another tab.");
            return;
        }
        try {
            viewer.disableCompression();
            viewer.res().setContentType("text/event-stream; charset=utf-8");
            viewer.res().setHeader("Cache-Control", "no-store");
            tellAll(viewer.res().getOutputStream());
        } catch (IOException gone) {
            LOG.debug("viewer gone reason={}", FileFault.of(gone));
        } finally {
            seats.release();
        }
    }

    private void tellAll(OutputStream out) throws IOException, InterruptedException {
        long seen = 0;
        long seenOfHistory = -1;
        while (!board.isClosed()) {
            for (Board.Section section : board.newerThan(seen, HEARTBEAT)) {
                send(out, section.name(), section.json());
                seen = section.revision();
            }
            History.News news = history.since(seenOfHistory);
            if (news.whole() || !news.curves().isEmpty()) { // none at all may replace those of an earlier process
                send(out, news.whole() ? "curves" : "points", news.curves().toString());
            }
            seenOfHistory = news.upTo();
            out.write(":\n\n".getBytes(StandardCharsets.UTF_8)); // tells whether the viewer is still there
            out.flush();
        }
    }

    private static void send(OutputStream out, String event, String json) throws IOException {
        out.write(("event: " + event + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Where a person finds the page. */
    URI uri() {
        return URI.create("http://" + nameInUri() + ":" + server.port() + "/");
    }

    private String nameInUri() {
        String host = address.host().toLowerCase(Locale.ROOT);
        return host.contains(":") ? "[" + host + "]" : host;
    }

    @Override
    public void close() {
        board.close();
        server.stop();
    }
}
