package io.streamclr.local.demo;

import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.optimiser.UpdateRule;

/** What a demo trains, and how: that of today, and that of the releases before, whose demos go on. */
enum DemoNetwork {
    RESNET_10(
            10,
            2,
            0.08,
            new UpdateRule.Muon(1e-4, 0.95, 0.99, 1e-8),
            "lateWidth=2 Muon[weightDecay=1.0E-4, momentum=0.95, beta2=0.99, epsilon=1.0E-8]"),
    /** Until release 0.2. */
    RESNET_18(
            18,
            1,
            0.004,
            new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8),
            "AdamW[weightDecay=1.0E-4, beta1=0.9, beta2=0.99, epsilon=1.0E-8]");

    private final int depth;
    private final int lateWidth;
    private final double rate;
    private final UpdateRule rule;
    private final String text;

    DemoNetwork(int depth, int lateWidth, double rate, UpdateRule rule, String text) {
        this.depth = depth;
        this.lateWidth = lateWidth;
        this.rate = rate;
        this.rule = rule;
        this.text = text;
    }

    int depth() {
        return depth;
    }

    /** The highest learning rate. */
    double rate() {
        return rate;
    }

    UpdateRule rule() {
        return rule;
    }

    /** What a demo's folder is named for beside the depth. */
    String text() {
        return text;
    }

    /** The preset's network in this depth. */
    NetworkPlan plan(NetworkPlan preset) {
        ResNet usual = (ResNet) preset.backbone();
        ResNet own = new ResNet(
                depth, usual.width(), usual.bottleneck(), lateWidth, usual.stem(), usual.stages(), usual.zeroGamma());
        return new NetworkPlan(own, preset.head(), preset.norm(), preset.pixels(), preset.precision());
    }
}
