/**
 * A run from its beginning, or from a checkpoint, to its end: its loop, its journal, branching off it and training it
 * again. Enter through {@link io.streamclr.trainer.run.Training}. Knows no options and no pages.
 */
package io.streamclr.trainer.run;
