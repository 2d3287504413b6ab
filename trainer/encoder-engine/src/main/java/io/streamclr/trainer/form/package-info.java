/**
 * How files name things: by words that are written out, and never by what something is called in Java, so that Java may
 * call it otherwise tomorrow. Enter through {@link io.streamclr.trainer.form.Word} for constants,
 * {@link io.streamclr.trainer.form.Numbers} for figures, and {@link io.streamclr.trainer.form.Fields}, which reads JSON.
 * Knows nothing of what the words mean.
 */
package io.streamclr.trainer.form;
