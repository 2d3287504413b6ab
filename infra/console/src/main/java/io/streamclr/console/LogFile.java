package io.streamclr.console;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Sees to it that each process has a log file of its own. Of two that shared one, each would go on writing to the file
 * that the other has put away, and no limit would hold. Numbers are used again, so the space that logs take is bound by
 * how many processes run at the same time.
 */
final class LogFile {

    private static final int MOST = 16;

    /** Held until the process ends, in whatever way. */
    private static final List<FileChannel> HELD = new ArrayList<>();

    private LogFile() {}

    /** Sets in the log's configuration where to write; a process beyond the sixteenth writes no file. */
    static void claim(Path logs) {
        System.setProperty("streamclr.logs", logs.toString());
        if (System.getProperty("streamclr.log") != null) {
            return;
        }
        try {
            Files.createDirectories(logs);
            for (int number = 1; number <= MOST; number++) {
                String name = number == 1 ? "streamclr" : "streamclr-" + number;
                if (lock(logs.resolve(name + ".lock"))) {
                    System.setProperty("streamclr.log", name);
                    return;
                }
            }
            System.setProperty("streamclr.log.level", "OFF");
        } catch (IOException unwritable) {
            // Nothing can be written there, then; the command says so itself where that matters.
            System.setProperty("streamclr.log.level", "OFF");
        }
    }

    /** For a process that has nothing to write down. */
    static void none(Path logs) {
        System.setProperty("streamclr.logs", logs.toString());
        System.setProperty("streamclr.log.level", "OFF");
    }

    private static boolean lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            return false;
        }
        HELD.add(channel);
        return true;
    }
}
