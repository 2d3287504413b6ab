package io.streamclr.console.page;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/** What cannot be shown at present, and why; the page says so in its place. For any thread. */
final class Troubles {

    private final Board board;
    private final Map<String, String> open = new TreeMap<>();

    Troubles(Board board) {
        this.board = board;
    }

    /** @return whether this is new */
    synchronized boolean note(String part, String sentence) {
        boolean isNew = !sentence.equals(open.put(part, sentence));
        tell();
        return isNew;
    }

    synchronized void over(String part) {
        if (open.remove(part) != null) {
            tell();
        }
    }

    private void tell() {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        open.forEach(all::put);
        board.put("troubles", all);
    }
}
