/**
 * The networks: ResNet, ViT and ConvNeXt encoders with torchvision's structure and names, each an implementation of
 * {@link io.streamclr.trainer.model.Backbone}, and SimCLR's projection head. Enter through
 * {@link io.streamclr.trainer.model.NetworkPlan}, which says what a network is,
 * {@link io.streamclr.trainer.model.Architecture}, its tensors and its TorchScript, and
 * {@link io.streamclr.trainer.model.Network}, which runs and trains it. Knows nothing of losses, optimisers, files or
 * topics.
 */
package io.streamclr.trainer.model;
