/**
 * Keeps what a run does in an MLflow tracking server, beside its own records: settings as parameters, figures as metrics,
 * and how it ended. Enter through {@link io.streamclr.trainer.mlflow.MlflowServer}. A server that is away or slow holds up
 * nothing: all is sent in a thread of its own, and what cannot be sent is counted.
 */
package io.streamclr.trainer.mlflow;
