package io.streamclr.trainer.model;

/** Walks through a projection head once, writing its forward pass. */
final class HeadText {

    private HeadText() {}

    /** Writes the way from features {@code y}, (N, F), to embeddings, (N, D). */
    static void write(NetworkPlan plan, ForwardText text) {
        int inputs = plan.features();
        int layers = plan.head().layers();
        for (int layer = 0; layer < layers; layer++) {
            boolean last = layer == layers - 1;
            boolean linear = last && !plan.head().rectified();
            int hidden =
                    plan.head().hidden() == 0 ? plan.features() : plan.head().hidden();
            int outputs = last ? plan.head().output() : hidden;
            double spread = plan.head().spread() == 0
                    ? Math.sqrt(2.0 / inputs)
                    : plan.head().spread();
            String name = "head." + layer + ".";
            String shape = "(N, " + outputs + ")";
            String weight = text.normal(name + "linear.weight", spread, outputs, inputs);
            text.line("y = torch.linear(y, " + weight + ", None)", shape);
            text.normalise("y", name + "bn", outputs, 1, 1, !linear, shape);
            if (!linear) {
                text.line("y = torch.relu_(y)", shape);
            }
            inputs = outputs;
        }
        text.line("return y", "(N, " + inputs + ")");
    }
}
