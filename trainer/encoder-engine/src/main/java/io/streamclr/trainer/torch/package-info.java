/**
 * Native memory and native calls: the one room that knows DJL and its PyTorch engine. Enter through
 * {@link io.streamclr.trainer.torch.Torch}, which compiles TorchScript text into a
 * {@link io.streamclr.trainer.torch.Script} and opens the {@link io.streamclr.trainer.torch.Scope} that owns every
 * {@link io.streamclr.trainer.torch.Tensor}; {@link io.streamclr.trainer.torch.ScriptModule} is the form in which a
 * module with weights is written to a file. A
 * {@link io.streamclr.trainer.torch.Convolution} is tried by a child process before it is computed, for there are machines
 * that compute some wrongly. Knows nothing of networks, images, batches or topics.
 */
package io.streamclr.trainer.torch;
