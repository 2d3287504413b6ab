package io.streamclr.console.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.rejects.RejectTail;
import io.streamclr.schemas.OneLine;
import java.util.Map;

/** The images that became no views, as the page has them: how many by reason, and the newest. */
final class RejectsSection {

    private RejectsSection() {}

    static ObjectNode of(RejectTail rejects) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        ObjectNode reasons = all.putObject("reasons");
        rejects.counts().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> reasons.put(each.getKey().name(), each.getValue()));
        ArrayNode rows = all.putArray("newest");
        rejects.newest().forEach(each -> rows.addObject()
                .put("place", each.place())
                .put("reason", each.reason().name())
                .put("detail", OneLine.of(each.detail()))
                .put("source", OneLine.of(each.source()))
                .put("bytes", each.bytes()));
        return all;
    }
}
