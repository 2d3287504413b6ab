package io.streamclr.trainer.views;

import io.streamclr.schemas.record.OriginRange;
import java.util.ArrayList;
import java.util.List;

/** Notes what records were rendered from, one after the other; neighbours become one range. */
public final class Origins {

    private final List<OriginRange> ranges = new ArrayList<>();

    public void add(Inbox.Kept kept) {
        int pass = kept.after().pass();
        long offset = kept.after().originOffset();
        if (!ranges.isEmpty()) {
            OriginRange last = ranges.get(ranges.size() - 1);
            if (last.getRunSeed() == kept.runSeed() && last.getPass() == pass && last.getLastOffset() == offset - 1) {
                ranges.set(ranges.size() - 1, new OriginRange(last.getRunSeed(), pass, last.getFirstOffset(), offset));
                return;
            }
        }
        ranges.add(new OriginRange(kept.runSeed(), pass, offset, offset));
    }

    public List<OriginRange> ranges() {
        return List.copyOf(ranges);
    }

    /** How many images these ranges have. */
    public static long images(List<OriginRange> ranges) {
        return ranges.stream()
                .mapToLong(range -> range.getLastOffset() - range.getFirstOffset() + 1)
                .sum();
    }
}
