"""Writes ResNets of torchvision as people save them, and their features of some images.

Arguments: folder, and for each ResNet its depth, stem (imagenet or small) and form with dashes between. The folder has
images.bin: uint8 of shape (N, SIDE, SIDE, 3).
"""
import argparse
import re
import sys

import numpy
import torch
import torchvision

SIDE = 32
folder = sys.argv[1]
pixels = numpy.fromfile(folder + '/images.bin', dtype=numpy.uint8).reshape(-1, SIDE, SIDE, 3)
images = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255
mean = torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1)
std = torch.tensor([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1)
images = (images - mean) / std


def of_transformers(name):
    """The names of transformers' ResNetModel, as its modeling_resnet.py builds the modules."""
    layer = r'layer(\d)\.(\d+)\.'
    name = re.sub(r'^conv1\.', 'embedder.embedder.convolution.', name)
    name = re.sub(r'^bn1\.', 'embedder.embedder.normalization.', name)
    found = re.match(layer, name)
    if not found:
        return name
    place = f'encoder.stages.{int(found[1]) - 1}.layers.{found[2]}.'
    rest = name[found.end():]
    rest = rest.replace('downsample.0.', 'shortcut.convolution.').replace('downsample.1.', 'shortcut.normalization.')
    rest = re.sub(r'conv(\d)\.', lambda part: f'layer.{int(part[1]) - 1}.convolution.', rest)
    rest = re.sub(r'bn(\d)\.', lambda part: f'layer.{int(part[1]) - 1}.normalization.', rest)
    return place + rest


def write(depth, stem, form):
    path = f'{folder}/{depth}-{stem}-{form}'
    torch.manual_seed(7)
    model = getattr(torchvision.models, 'resnet' + depth)()
    if stem == 'small':
        model.conv1 = torch.nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        model.maxpool = torch.nn.Identity()
    model.train()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for step in range(1):
        loss = torch.nn.functional.cross_entropy(model(images), torch.arange(len(images)) % 10)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model.eval()
    weights = model.state_dict()
    if form == 'whole':
        torch.save(model, path + '.pth')
    elif form == 'script':
        torch.jit.script(model).save(path + '.pth')
    elif form == 'old':
        torch.save(weights, path + '.pth', _use_new_zipfile_serialization=False)
    else:
        if form == 'moco':
            both = {'module.encoder_q.' + name: value for name, value in weights.items()}
            both.update({'module.encoder_k.' + name: 2 * value for name, value in weights.items()})
            saved = {'epoch': 3, 'state_dict': both, 'optimizer': optimiser.state_dict(),
                     'args': argparse.Namespace(lr=0.1, names={'a', 'b'}), 'best': 0.5, 'rng': torch.get_rng_state()}
        elif form == 'row':
            saved = torch.nn.Sequential(*list(model.children())[:-1]).state_dict()
        elif form == 'channels_last':
            saved = model.to(memory_format=torch.channels_last).state_dict()
        elif form == 'half':
            saved = {'model': {name: value.half() if value.is_floating_point() else value
                               for name, value in weights.items()}}
            model.load_state_dict(saved['model'])
            model.float()
        elif form == 'transformers':
            saved = {'resnet.' + of_transformers(name): value for name, value in weights.items()}
        else:
            saved = weights
        torch.save(saved, path + '.pth')
    model.fc = torch.nn.Identity()
    with torch.no_grad():
        model(images).numpy().tofile(path + '.features')


for asked in sys.argv[2:]:
    write(*asked.split('-'))
