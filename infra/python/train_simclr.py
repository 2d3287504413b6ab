"""SimCLR in PyTorch on the views of StreamCLR: trains a ResNet-18, goes on where it was stopped.

    python3 train_simclr.py localhost:9092 --steps 1000
"""

import argparse
import os

import torch
import torch.nn.functional as F
import torchvision
from streamclr_views import ViewPairs

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("bootstrap_servers")
parser.add_argument("--topic", default="views")
parser.add_argument("--steps", type=int, default=1000, help="stop after this step")
parser.add_argument("--batch-size", type=int, default=256, help="view pairs")
parser.add_argument("--temperature", type=float, default=0.2)
parser.add_argument("--checkpoint", default="simclr.pt")
options = parser.parse_args()


def nt_xent(z, temperature):
    """Mean over all 2N views of (2N, D), the two of an image N apart (Chen et al. 2020, equation 1)."""
    z = F.normalize(z)
    similarities = (z @ z.T / temperature).fill_diagonal_(float("-inf"))
    positives = torch.arange(len(z)).roll(len(z) // 2)
    return F.cross_entropy(similarities, positives)


torch.manual_seed(1)
encoder = torchvision.models.resnet18()
encoder.conv1 = torch.nn.Conv2d(3, 64, 3, padding=1, bias=False)  # images are small
encoder.maxpool = torch.nn.Identity()
encoder.fc = torch.nn.Identity()
head = torch.nn.Sequential(torch.nn.Linear(512, 512), torch.nn.ReLU(), torch.nn.Linear(512, 128))
model = torch.nn.Sequential(encoder, head)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-4)
pairs = ViewPairs(options.bootstrap_servers, options.topic, follow=True)
step = 0

if os.path.exists(options.checkpoint):
    saved = torch.load(options.checkpoint)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    pairs.load_state_dict(saved["pairs"])
    step = saved["step"]

for batch in torch.utils.data.DataLoader(pairs, batch_size=options.batch_size, drop_last=True):
    if step >= options.steps:
        break
    views = torch.cat((batch.first, batch.second)).float().div(255)
    loss = nt_xent(model(views), options.temperature)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    step += 1
    print(f"step {step} loss {loss.item():.4f}", flush=True)
    if step % 100 == 0 or step == options.steps:
        saved = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "pairs": pairs.state_dict(), "step": step}
        torch.save(saved, options.checkpoint + ".new")
        os.replace(options.checkpoint + ".new", options.checkpoint)
