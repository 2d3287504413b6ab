package io.streamclr.augment.decode.child;

import io.streamclr.augment.decode.child.LostException.How;
import io.streamclr.schemas.FileFault;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.imageio.IIOException;

/** A process that runs libraries, as its parent sees it: from its start until it is lost or ended. */
final class Child {

    private static final int BUFFER = 1 << 16;
    private static final int SECONDS_TO_START = 60;
    private static final int SECONDS_TO_END = 5;
    private static final int MOST_LIBRARIES = 16;

    /** Signals by which a process ends itself or is ended, by the exit code that the parent sees. */
    private static final Map<Integer, String> SIGNALS = Map.of(
            132, "SIGILL", 134, "SIGABRT", 135, "SIGBUS", 136, "SIGFPE", 137, "SIGKILL", 139, "SIGSEGV", 142,
            "SIGALRM");

    private final Process process;
    private final DataOutputStream to;
    private final DataInputStream from;
    private final Complaints complaints;
    private final Set<String> libraries = new HashSet<>();

    /** The file that the child has. */
    private long held;

    private interface Conversation<T> {
        T hold() throws IOException;
    }

    /** What was said: an answer, or why there is none. */
    private record Said<T>(T answer, IOException reason) {}

    private Child(Process process) {
        this.process = process;
        this.to = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER));
        this.from = new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER));
        this.complaints = new Complaints(process.getErrorStream());
    }

    /** @throws IOException if no process can be started, or its memory cannot be limited */
    static Child start(ChildCommand command) throws IOException {
        Child child = new Child(command.start());
        try {
            String flaw = child.within(SECONDS_TO_START, child::greeting);
            if (!flaw.isEmpty()) {
                throw new IOException(flaw);
            }
            return child;
        } catch (IOException bad) {
            child.end();
            throw bad;
        }
    }

    private String greeting() throws IOException {
        Outcome.readFrom(from);
        String flaw = from.readUTF();
        int count = from.readInt();
        if (count < 0 || count > MOST_LIBRARIES) {
            throw new IOException("it greets with " + count + " libraries");
        }
        for (int i = 0; i < count; i++) {
            libraries.add(from.readUTF());
        }
        return flaw;
    }

    boolean has(String library) {
        return libraries.contains(library);
    }

    /**
     * Asks one question.
     *
     * @throws LostException if there is no answer, and will be none
     * @throws IOException if the answer is a reason why there is none
     */
    <T> T ask(AskedFile file, String library, byte[] question, AnswerReader<T> reader, int seconds) throws IOException {
        complaints.forget();
        Said<T> said = within(seconds, () -> {
            put(file, library, question);
            Outcome outcome = Outcome.readFrom(from);
            return outcome == Outcome.ANSWER
                    ? new Said<>(reader.read(from), null)
                    : new Said<>(null, reason(outcome, from.readUTF()));
        });
        if (said.reason() != null) {
            throw said.reason();
        }
        return said.answer();
    }

    private void put(AskedFile file, String library, byte[] question) throws EOFException {
        try {
            if (file.number() != held) {
                to.writeByte(Request.FILE);
                to.writeInt(file.bytes().length);
                to.write(file.bytes());
                held = file.number();
            }
            to.writeByte(Request.QUESTION);
            to.writeUTF(library);
            to.writeInt(question.length);
            to.write(question);
            to.flush();
        } catch (IOException deaf) {
            EOFException end = new EOFException("it hears no question");
            end.initCause(deaf);
            throw end;
        }
    }

    private static IOException reason(Outcome outcome, String words) {
        return switch (outcome) {
            case UNSUPPORTED -> new IIOException(words);
            case OUT_OF_MEMORY -> new LostException(How.MEMORY, words, null);
            default -> new IOException(words);
        };
    }

    /** Holds a conversation, and ends the child where that takes too long or makes no sense. */
    private <T> T within(int seconds, Conversation<T> conversation) throws LostException {
        CompletableFuture<Boolean> late =
                new CompletableFuture<Boolean>().completeOnTimeout(true, seconds, TimeUnit.SECONDS);
        CompletableFuture<Void> watched = late.thenAccept(is -> {
            if (is) {
                process.destroyForcibly();
            }
        });
        try {
            return conversation.hold();
        } catch (IOException senseless) {
            late.complete(false);
            if (late.join()) {
                throw new LostException(How.TIME, "not done after " + seconds + " seconds", senseless);
            }
            throw lost(senseless);
        } finally {
            late.complete(false);
            watched.join();
        }
    }

    private LostException lost(IOException senseless) {
        // Whoever ends says so by its output first, and a moment later by its status.
        CompletableFuture<Process> ended = process.onExit().copy().orTimeout(SECONDS_TO_END, TimeUnit.SECONDS);
        boolean byItself = senseless instanceof EOFException
                && ended.handle((done, late) -> late == null).join();
        process.destroyForcibly().onExit().join();
        complaints.hearOut();
        if (complaints.tellOfNoMemory()) {
            return new LostException(How.MEMORY, "out of memory", senseless);
        }
        if (!byItself) {
            return new LostException(How.END, "what it says makes no sense: " + FileFault.of(senseless), senseless);
        }
        int status = process.exitValue();
        String signal = complaints.signal().orElse(SIGNALS.get(status));
        String first = complaints.first();
        return new LostException(
                How.END,
                signal != null ? signal : "status " + status + (first.isEmpty() ? "" : " and '" + first + "'"),
                senseless);
    }

    void end() {
        process.destroyForcibly();
    }
}
