package io.streamclr.trainer.watch;

import io.streamclr.trainer.health.Health;

/**
 * Whether training has collapsed, by one measurement after another. A collapse lasts until an effective rank is well above
 * the least, for one that stays near it crosses it again and again.
 */
final class Collapse {

    /** Times the least rank, from which on training has recovered. */
    private static final double RECOVERED = 2;

    private final double leastRank;
    private boolean lasting;

    /** @param leastRank effective rank of features and embeddings below which training has collapsed; 0 for never */
    Collapse(double leastRank) {
        this.leastRank = leastRank;
    }

    /** Whether a collapse begins with this measurement. */
    boolean beginsWith(Health health) {
        boolean before = lasting;
        lasting = health.isBelow(before ? RECOVERED * leastRank : leastRank);
        return lasting && !before;
    }

    /** Whether the newest measurement is of a collapsed network. */
    boolean lasts() {
        return lasting;
    }
}
