package io.streamclr.process.version;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/**
 * What was built, as {@code --version} of every command says it.
 *
 * @param version such as {@code 0.1.0}
 * @param commit the beginning of git's commit; empty if it was built from a tree without git
 * @param dirty whether files differed from that commit
 */
public record Build(String version, String commit, boolean dirty) {

    private static final String UNKNOWN = "unknown";

    private static final Build HERE = read();

    /** The one that is running. */
    public static Build here() {
        return HERE;
    }

    private static Build read() {
        Properties written = new Properties();
        try (InputStream file = Build.class.getResourceAsStream("build.properties")) {
            if (file != null) {
                written.load(file);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException("The build's own properties cannot be read", unreadable);
        }
        return from(written);
    }

    /** What Maven could not fill in is left as it was, in braces. */
    static Build from(Properties written) {
        String commit = filled(written, "commit");
        return new Build(
                filled(written, "version").isEmpty() ? UNKNOWN : filled(written, "version"),
                commit,
                !commit.isEmpty() && filled(written, "dirty").equals("true"));
    }

    private static String filled(Properties written, String key) {
        String value = written.getProperty(key, "");
        return value.startsWith("${") ? "" : value;
    }

    /** Such as {@code 0.1.0 (commit 0123abc, dirty)}. */
    public String words() {
        if (commit.isEmpty()) {
            return version + " (unknown commit)";
        }
        return version + " (commit " + commit + (dirty ? ", dirty" : "") + ")";
    }

    /** For picocli: this and Java. */
    public static final class Lines implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {
                "streamclr " + here().words(),
                "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")"
            };
        }
    }
}
