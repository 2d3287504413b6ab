package io.streamclr.local.demo;

import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.settings.Defaults;

/**
 * What a demo trains where no weights are given, and how.
 *
 * @param depth in what its folder is named for
 * @param text the rest of it in what its folder is named for
 * @param rate the highest of the rule
 */
record DemoNetwork(int depth, String text, NetworkPlan network, UpdateRule rule, double rate) {

    /** As the preset has it. */
    static DemoNetwork of(Defaults preset) {
        return new DemoNetwork(
                10,
                "lateWidth=2 whitened Muon[weightDecay=1.0E-4, momentum=0.95, beta2=0.99, epsilon=1.0E-8]",
                preset.network(),
                preset.rule(),
                preset.peak().orElseThrow());
    }

    /** As releases until 0.2 had it, whose demos go on. */
    static DemoNetwork untilRelease02(Defaults preset) {
        NetworkPlan now = preset.network();
        ResNet backbone = (ResNet) now.backbone();
        ResNet plain = new ResNet(
                18, backbone.width(), backbone.bottleneck(), backbone.stem(), backbone.stages(), backbone.zeroGamma());
        return new DemoNetwork(
                18,
                "AdamW[weightDecay=1.0E-4, beta1=0.9, beta2=0.99, epsilon=1.0E-8]",
                now.with(plain).whitened(false),
                new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8),
                0.004);
    }
}
