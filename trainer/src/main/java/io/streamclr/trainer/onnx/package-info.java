/**
 * Writes encoders in the format of ONNX, in the protobuf classes that ONNX publishes. Enter through
 * {@link io.streamclr.trainer.onnx.OnnxEncoder}. Knows a network's plan and its values, and nothing of who asks.
 */
package io.streamclr.trainer.onnx;
