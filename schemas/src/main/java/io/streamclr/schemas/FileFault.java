package io.streamclr.schemas;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a file, a folder or a stream cannot be read or written, in words. What Java throws says it with the exception's name,
 * and its message is often the path alone.
 */
public final class FileFault {

    /** What the operating system says, and what it means to who reads it; {@code %s} is the path. */
    private static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("No such file or directory", "there is no %s"),
            Map.entry("Permission denied", "this user has no right to %s"),
            Map.entry("Operation not permitted", "this user may not change %s"),
            Map.entry("Is a directory", "%s is a folder"),
            Map.entry("Not a directory", "a part of the path %s is a file and no folder"),
            Map.entry("No space left on device", "the disk is full"),
            Map.entry("Disk quota exceeded", "this user's share of the disk is full"),
            Map.entry("Read-only file system", "%s lies on a file system that is read-only"),
            Map.entry("File name too long", "the name %s is too long"),
            Map.entry("Too many levels of symbolic links", "the links of %s lead in a circle"),
            Map.entry("Too many open files", "this process has as many files open as it may"));

    /** As {@code java.io} puts both into one message. */
    private static final Pattern PATH_AND_REASON = Pattern.compile("(.+) \\(([^()]+)\\)");

    private FileFault() {}

    /**
     * A part of a sentence, on one line and without the name of an exception, such as {@code there is no /nowhere}.
     *
     * @param failure of an input or an output, or what holds one as its cause; of any other kind, its own message
     */
    public static String of(Throwable failure) {
        String message = failure.getMessage();
        String words;
        if (failure instanceof FileSystemException failed) {
            words = ofFile(failed, String.valueOf(failed.getFile()));
        } else if (failure instanceof ReadOnlyFileSystemException) {
            words = "the file system is read-only";
        } else if (failure instanceof CharacterCodingException) {
            words = "it is no text in UTF-8";
        } else if (failure instanceof UnknownHostException) {
            // The system may say why behind the name, which is no more than that.
            words = "the host " + message.split(": ", 2)[0] + " is not known";
        } else if (failure instanceof ClosedChannelException) {
            words = "it was closed meanwhile";
        } else if (failure.getCause() != null
                && (message == null || message.equals(String.valueOf(failure.getCause())))) {
            words = of(failure.getCause()); // its own message is made from the cause
        } else if (message == null || message.isBlank()) {
            words = failure instanceof EOFException ? "it ends too early" : "no reason is given";
        } else {
            words = ofMessage(failure, message.lines().findFirst().orElse(message));
        }
        return OneLine.of(words);
    }

    private static String ofFile(FileSystemException failed, String file) {
        String reason;
        if (failed instanceof NoSuchFileException) {
            return missing(file);
        } else if (failed instanceof AccessDeniedException) {
            reason = "this user has no right to %s";
        } else if (failed instanceof NotDirectoryException) {
            reason = "%s is no folder";
        } else if (failed instanceof FileAlreadyExistsException) {
            reason = "%s is there already";
        } else if (failed instanceof DirectoryNotEmptyException) {
            reason = "the folder %s is not empty";
        } else if (failed instanceof FileSystemLoopException) {
            reason = "the links of %s lead in a circle";
        } else if (failed.getReason() == null) {
            reason = "%s gives an error";
        } else {
            reason = REASONS.getOrDefault(failed.getReason(), failed.getReason().replace("%", "%%") + " at %s");
        }
        return String.format(reason, file);
    }

    /** What lacks first on the way to it: who writes a file is helped by that folder. */
    private static String missing(String file) {
        try {
            Path parent = Path.of(file).getParent();
            if (parent != null && !Files.exists(parent)) {
                return "there is no folder " + parent;
            }
        } catch (InvalidPathException elsewhere) {
            return "there is no " + file; // the name in another file system
        }
        return "there is no " + file;
    }

    private static String ofMessage(Throwable failure, String message) {
        Matcher both = PATH_AND_REASON.matcher(message);
        if (failure instanceof FileNotFoundException && both.matches() && REASONS.containsKey(both.group(2))) {
            return String.format(REASONS.get(both.group(2)), both.group(1));
        }
        String known = REASONS.get(message);
        return known != null && !known.contains("%s") ? known : message;
    }
}
