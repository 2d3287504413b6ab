package io.streamclr.local.broker;

import io.streamclr.console.guard.Guarded;
import io.streamclr.schemas.OneLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process that has locked a folder, as it wrote itself into the file that it locked.
 *
 * @param pid its number
 * @param guard the number of the process that waits for it, without which it ends; its own where nobody does
 * @param command as somebody typed it, without the program's name; empty if it is none of the command line's
 */
record FolderUser(long pid, long guard, String command) {

    private static final Pattern LINE = Pattern.compile("(\\d{1,18}) (\\d{1,18}) (.*)\\s*");

    private static final String MAIN_CLASS = "io.streamclr.local.Streamclr ";

    /** This process. */
    static FolderUser here() {
        long pid = ProcessHandle.current().pid();
        return new FolderUser(
                pid,
                Guarded.here()
                        ? ProcessHandle.current()
                                .parent()
                                .map(ProcessHandle::pid)
                                .orElse(pid)
                        : pid,
                System.getProperty("sun.java.command", "").startsWith(MAIN_CLASS)
                        ? OneLine.of(System.getProperty("sun.java.command").substring(MAIN_CLASS.length()))
                        : "");
    }

    /** Who wrote itself into a file; empty if nobody did, or it cannot be read. */
    static Optional<FolderUser> in(Path file) {
        try {
            Matcher line = LINE.matcher(Files.readString(file));
            return line.matches()
                    ? Optional.of(
                            new FolderUser(Long.parseLong(line.group(1)), Long.parseLong(line.group(2)), line.group(3)))
                    : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty(); // where locks forbid reading, too
        }
    }

    /** @param file open for writing, and locked */
    void writeInto(FileChannel file) throws IOException {
        file.truncate(0);
        file.write(ByteBuffer.wrap((pid + " " + guard + " " + command + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** False for one that has ended or is about to, since its guard has. */
    boolean stays() {
        return isAlive(pid) && isAlive(guard);
    }

    private static boolean isAlive(long process) {
        return ProcessHandle.of(process).filter(ProcessHandle::isAlive).isPresent();
    }

    /** For people, such as {@code process 4711 (streamclr demo --minutes 5)}. */
    String words() {
        return "process " + pid + (command.isEmpty() ? "" : " (streamclr " + command + ")");
    }
}
