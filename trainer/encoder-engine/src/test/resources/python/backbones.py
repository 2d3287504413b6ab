"""Writes small networks of torchvision's families as people save them, and their features of some images.

Arguments: folder, and the networks' names. Prints 'NAME COUNT', the parameters without a classifier. The folder has
images.bin: uint8 of shape (N, SIDE, SIDE, 3).
"""
import re
import sys

import numpy
import torch
import torchvision
from torchvision.models.convnext import CNBlockConfig

SIDE = 32
folder = sys.argv[1]
torch.set_num_threads(1)
pixels = numpy.fromfile(folder + '/images.bin', dtype=numpy.uint8).reshape(-1, SIDE, SIDE, 3)
images = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255
mean = torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1)
std = torch.tensor([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1)
images = (images - mean) / std


class Wide(torchvision.models.ResNet):
    """A wide ResNet-50 that begins with 4 channels."""

    def __init__(self):
        super().__init__(torchvision.models.resnet.Bottleneck, [3, 4, 6, 3], width_per_group=128)
        self.conv1 = torch.nn.Conv2d(3, 4, 7, stride=2, padding=3, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(4)
        self.fc = torch.nn.Identity()

    def _make_layer(self, block, planes, blocks, **more):
        if planes == 64:
            self.inplanes = 4
        return super()._make_layer(block, planes // 16, blocks, **more)


class Late(torchvision.models.ResNet):
    """A ResNet-10 that begins with 4 channels and has twice the width in its last two stages."""

    def __init__(self):
        super().__init__(torchvision.models.resnet.BasicBlock, [1, 1, 1, 1])
        self.conv1 = torch.nn.Conv2d(3, 4, 7, stride=2, padding=3, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(4)
        self.fc = torch.nn.Identity()

    def _make_layer(self, block, planes, blocks, **more):
        if planes == 64:
            self.inplanes = 4
        return super()._make_layer(block, planes // (8 if planes >= 256 else 16), blocks, **more)


def vit():
    model = torchvision.models.VisionTransformer(
        image_size=SIDE, patch_size=8, num_layers=2, num_heads=2, hidden_dim=128, mlp_dim=512)
    model.heads = torch.nn.Identity()
    return model


def convnext():
    stages = [CNBlockConfig(8, 16, 1), CNBlockConfig(16, 32, 1), CNBlockConfig(32, 64, 2), CNBlockConfig(64, None, 1)]
    model = torchvision.models.convnext.ConvNeXt(block_setting=stages)
    model.classifier[2] = torch.nn.Identity()
    return model


def vit_in_timm(name):
    """The names of timm's vision_transformer.py."""
    around = {'class_token': 'cls_token', 'encoder.pos_embedding': 'pos_embed', 'conv_proj.weight': 'patch_embed.proj.weight',
              'conv_proj.bias': 'patch_embed.proj.bias', 'encoder.ln.weight': 'norm.weight', 'encoder.ln.bias': 'norm.bias'}
    if name in around:
        return around[name]
    name = name.replace('encoder.layers.encoder_layer_', 'blocks.').replace('.ln_', '.norm')
    name = name.replace('self_attention.in_proj_', 'attn.qkv.').replace('self_attention.out_proj', 'attn.proj')
    return name.replace('mlp.0', 'mlp.fc1').replace('mlp.3', 'mlp.fc2')


def convnext_in_timm(name, value):
    """The names and shapes of timm's convnext.py, with its conv_mlp."""
    name = name.replace('classifier.0', 'head.norm')
    found = re.match(r'features\.(\d)\.(\d)\.(.+)', name)
    if not found:
        return name, value
    part, inner, rest = int(found[1]), found[2], found[3]
    if part == 0:
        return f'stem.{inner}.{rest}', value
    if part % 2 == 0:
        return f'stages.{part // 2}.downsample.{inner}.{rest}', value
    for ours, theirs in (('block.0', 'conv_dw'), ('block.2', 'norm'), ('block.3', 'mlp.fc1'), ('block.5', 'mlp.fc2')):
        rest = rest.replace(ours, theirs)
    if rest == 'layer_scale':
        rest, value = 'gamma', value.flatten()
    if rest in ('mlp.fc1.weight', 'mlp.fc2.weight'):
        value = value[:, :, None, None]
    return f'stages.{part // 2}.blocks.{inner}.{rest}', value


def write(name):
    family, _, form = name.partition('-')
    torch.manual_seed(7)
    model = {'wide': Wide, 'late': Late, 'vit': vit, 'convnext': convnext}[family]()
    with torch.no_grad():
        for tensor in model.parameters():
            tensor.add_(0.05 * torch.randn_like(tensor))
        for layer, scale in model.named_parameters():
            if layer.endswith('layer_scale'):
                scale.add_(0.5)
    model.train()
    model(images)
    model.eval()
    weights = model.state_dict()
    if form == 'moco':
        old = {key.replace('mlp.0', 'mlp.linear_1').replace('mlp.3', 'mlp.linear_2'): value for key, value in weights.items()}
        saved = {'module.base_encoder.' + key: value for key, value in old.items()}
        saved.update({'module.momentum_encoder.' + key: 2 * value for key, value in old.items()})
        weights = {'epoch': 3, 'state_dict': saved}
    elif form == 'timm':
        weights = dict((vit_in_timm(key), value) if family == 'vit' else convnext_in_timm(key, value)
                       for key, value in weights.items())
    torch.save(weights, f'{folder}/{name}.pth')
    with torch.no_grad():
        model(images).numpy().tofile(f'{folder}/{name}.features')
    print(name, sum(tensor.numel() for tensor in model.parameters()))


for asked in sys.argv[2:]:
    write(asked)
