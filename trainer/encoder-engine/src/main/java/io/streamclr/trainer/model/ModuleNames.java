package io.streamclr.trainer.model;

import java.util.Optional;

/** The names where a module holds the tensors, as in torchvision's: each normalisation has a switch of its own. */
final class ModuleNames implements Names {

    /** {@code layer1.0.bn1.weight} as {@code getattr(self.layer1, "0").bn1.weight}. */
    @Override
    public String tensor(String name) {
        String expression = "self";
        for (String part : name.split("\\.", -1)) {
            expression = Character.isDigit(part.charAt(0))
                    ? "getattr(" + expression + ", \"" + part + "\")"
                    : expression + "." + part;
        }
        return expression;
    }

    /** What {@code train()} and {@code eval()} set, of the whole module or of this part. */
    @Override
    public String training(String norm) {
        return tensor(norm + ".training");
    }

    @Override
    public Optional<String> batches(String norm) {
        return Slot.isOfEncoder(norm) ? Optional.of(tensor(norm + ".num_batches_tracked")) : Optional.empty();
    }
}
