/**
 * Encoders in the forms that other programs load: ONNX, the folder of transformers, and copies of our own. Enter through
 * {@link io.streamclr.console.export.ExportCommand}. Reads what training saved, and trains nothing.
 */
package io.streamclr.console.export;
