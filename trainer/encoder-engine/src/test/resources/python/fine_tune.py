"""Trains a shipped encoder on a small labelled set, the way a Python user does, and says what it finds wrong.

Usage: fine_tune.py FOLDER SIDE. Reads FOLDER/encoder.pt; writes FOLDER/tuned.pt.
"""
import copy
import sys

import torch

folder, side = sys.argv[1], int(sys.argv[2])
torch.manual_seed(7)
torch.set_num_threads(1)
CLASSES = 4
STEPS = 120


def coloured(count):
    """Noise in one of four colours; the classes differ in hue alone."""
    labels = torch.arange(count) % CLASSES
    hues = torch.tensor([[0.8, 0.3, 0.3], [0.3, 0.8, 0.3], [0.3, 0.3, 0.8], [0.55, 0.55, 0.3]])
    images = hues[labels][:, :, None, None] * (0.6 + 0.4 * torch.rand(count, 1, 1, 1))
    return (images + 0.1 * torch.randn(count, 3, side, side)).clamp(0, 1), labels


def accuracy(encoder, classifier, images, labels):
    encoder.eval()
    with torch.no_grad():
        return (classifier(encoder(images)).argmax(1) == labels).float().mean().item()


def statistics(encoder):
    return {name: buffer.clone() for name, buffer in encoder.named_buffers()}


encoder = torch.jit.load(folder + "/encoder.pt")
images, labels = coloured(128)
asked, truth = coloured(64)

assert not any(module.training for module in encoder.modules()), "it is not loaded for inference"
assert all(parameter.requires_grad for parameter in encoder.parameters())
untouched = statistics(encoder)
first = encoder(asked)
assert all(torch.equal(untouched[name], now) for name, now in statistics(encoder).items()), "eval moves statistics"
assert torch.equal(first, encoder(asked))

classifier = torch.nn.Linear(first.shape[1], CLASSES)
start = accuracy(encoder, classifier, asked, truth)
optimizer = torch.optim.AdamW([*encoder.parameters(), *classifier.parameters()], lr=0.01)
before = copy.deepcopy(encoder.state_dict())
for step in range(STEPS):
    encoder.train()
    assert all(module.training for module in encoder.modules())
    chosen = torch.randperm(len(images))[:32]
    loss = torch.nn.functional.cross_entropy(classifier(encoder(images[chosen])), labels[chosen])
    optimizer.zero_grad()
    loss.backward()
    if step == 0:
        for name, parameter in encoder.named_parameters():
            reached = parameter.grad is not None and parameter.grad.abs().sum() > 0
            assert reached == (not name.startswith("head.")), name
    optimizer.step()

for name, now in encoder.state_dict().items():
    if name.startswith("head."):
        assert torch.equal(before[name], now), name
    elif name.endswith("num_batches_tracked"):
        assert now == before[name] + STEPS, name
    else:
        assert not torch.equal(before[name], now), name + " did not move"
end = accuracy(encoder, classifier, asked, truth)
assert end > 0.9 > start + 0.3, "accuracy %.2f at the start, %.2f at the end" % (start, end)

tuned = encoder(asked)
assert torch.equal(tuned, encoder(asked)), "eval is not repeatable"
other = coloured(8)[0]
assert torch.allclose(tuned[:4], encoder(torch.cat([asked[:4], other]))[:4], atol=1e-5), "eval goes by the batch"
moved = copy.deepcopy(encoder.state_dict())
encoder.load_state_dict({name: before[name] if "running" in name else now for name, now in moved.items()})
assert not torch.allclose(tuned, encoder(asked), atol=1e-3), "eval does not go by the running statistics"
encoder = None

encoder = torch.jit.load(folder + "/encoder.pt")
encoder.load_state_dict(moved)
encoder.layer1.train()
frozen = statistics(encoder)
encoder(images[:32])
for name, now in statistics(encoder).items():
    assert torch.equal(frozen[name], now) != name.startswith("layer1."), name + ": one part is to be switched alone"
encoder.eval()
torch.jit.save(encoder, folder + "/tuned.pt")
again = torch.jit.load(folder + "/tuned.pt")
assert torch.equal(encoder(asked), again(asked)) and not again.training
z = again.train().project(again(asked))
assert torch.allclose(z.mean(0), torch.zeros(z.shape[1]), atol=1e-4), "the head goes by the batch's statistics"
assert not torch.allclose(again.eval().project(again(asked)), z, atol=1e-3)
print("start %.3f, end %.3f" % (start, end))
