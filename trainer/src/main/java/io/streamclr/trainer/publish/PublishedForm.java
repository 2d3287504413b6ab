package io.streamclr.trainer.publish;

import io.streamclr.trainer.checkpoint.Checkpoint;
import io.streamclr.trainer.checkpoint.RunFolder.MoreFiles;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.EncoderFiles.Weights;
import io.streamclr.trainer.form.Word;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Whitening;
import io.streamclr.trainer.onnx.OnnxEncoder;
import io.streamclr.trainer.onnx.OnnxEncoder.Form;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A form of an encoder that is announced beside the TorchScript of every checkpoint. */
public enum PublishedForm implements Word {
    /** Part of every checkpoint. */
    SAFETENSORS("safetensors", EncoderFiles.SAFETENSORS),
    /** Floats of any size, in 32 bits. */
    ONNX("onnx", OnnxEncoder.FILE);

    private final String word;
    private final String file;

    PublishedForm(String word, String file) {
        this.word = word;
        this.file = file;
    }

    @Override
    public String word() {
        return word;
    }

    /** What it is called in a checkpoint. */
    String file() {
        return file;
    }

    /** As the command line has it. */
    @Override
    public String toString() {
        return word;
    }

    /** Writes into a checkpoint what it would not have without. */
    public static MoreFiles files(Set<PublishedForm> forms, Checkpoint checkpoint) {
        if (!forms.contains(ONNX)) {
            return MoreFiles.NONE;
        }
        NetworkPlan trained = checkpoint.architecture().plan();
        Weights weights = new Weights(
                trained.with(HeadPlan.NONE).with(Precision.FLOAT32).whitened(false),
                checkpoint.values(),
                Whitening.of(trained, checkpoint.values()));
        Map<String, String> about = checkpoint.origin().facts();
        return folder -> Files.write(
                folder.resolve(OnnxEncoder.FILE), OnnxEncoder.model(weights, Optional.empty(), Form.USUAL, about));
    }
}
