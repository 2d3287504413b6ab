package io.streamclr.console.embed;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.OneLine;
import java.io.PrintWriter;
import java.util.List;

/** What a search found, nearest first, for people and for programs. */
final class ResultTable {

    private ResultTable() {}

    static void print(PrintWriter print, List<Result> results) {
        int wide = results.stream().mapToInt(result -> word(result).length()).reduce("class".length(), Math::max);
        print.printf("%4s  %7s  %-" + wide + "s  %s%n", "rank", "cosine", "class", "image");
        for (int rank = 0; rank < results.size(); rank++) {
            Result result = results.get(rank);
            print.printf(
                    "%4d  %7.4f  %-" + wide + "s  %s%n",
                    rank + 1,
                    result.cosine(),
                    word(result),
                    OneLine.of(result.entry().source()));
        }
    }

    private static String word(Result result) {
        return OneLine.of(result.entry().classWord());
    }

    /** Adds the results, one object each. */
    static void write(ArrayNode found, List<Result> results) {
        for (Result result : results) {
            ObjectNode one = found.addObject();
            one.put("id", result.entry().id());
            one.put("source", result.entry().source());
            if (result.entry().label() != Entry.NO_LABEL) {
                one.put("label", result.entry().label());
            }
            if (!result.entry().className().isEmpty()) {
                one.put("class", result.entry().className());
            }
            one.put("cosine", result.cosine());
        }
    }
}
