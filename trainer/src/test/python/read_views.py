"""What PythonViewsTest asks of infra/python/streamclr_views.py, as one line of JSON."""

import faulthandler
import hashlib
import json
import sys

import streamclr_views
import torch
from confluent_kafka import Consumer, TopicPartition
from streamclr_views import RunBatches, StreamError, ViewPairs
from torch.utils.data import DataLoader

faulthandler.dump_traceback_later(120, exit=True)  # what hangs says where
servers, views, run = sys.argv[1:]


def digest(*tensors):
    """Of (..., 3, H, W) as the topics have them, (..., H, W, 3)."""
    whole = b"".join(t.movedim(-3, -1).contiguous().numpy().tobytes() for t in tensors)
    return hashlib.sha256(whole).hexdigest()


def place(pair):
    return [pair.image_id, pair.view_pass, pair.partition, pair.offset, digest(pair.first), digest(pair.second)]


def mistake(data):
    try:
        return "none in " + str(len(list(data)))
    except StreamError as error:
        return str(error)


pairs = ViewPairs(servers, views, group="python-reader")
read = [place(pair) for pair in pairs]
reader = Consumer({"bootstrap.servers": servers, "group.id": "python-reader"})
shown = [p.offset for p in reader.committed([TopicPartition(views, p) for p in (0, 1)], timeout=30)]
reader.close()

stopped = ViewPairs(servers, views)
some = iter(stopped)
before = [place(next(some)) for _ in range(9)]
state = json.loads(json.dumps(stopped.state_dict()))
resumed = ViewPairs(servers, views)
resumed.load_state_dict(state)
after = [place(pair) for pair in resumed]

shared = [
    pair
    for rank in (0, 1)
    for batch in DataLoader(ViewPairs(servers, views, rank=rank, world_size=2), batch_size=4)
    for pair in zip(batch.image_id, batch.offset.tolist())
]
worked = [
    image for batch in DataLoader(ViewPairs(servers, views), batch_size=4, num_workers=2) for image in batch.image_id
]

batches = RunBatches(servers, run)
trained = [[b.step, digest(torch.cat((b.first, b.second)))] for b in DataLoader(batches, batch_size=None)]
later = RunBatches(servers, run, to=5)
later.load_state_dict({"run": run, "after": 3})

json.dump(
    {
        "view_pair": {key.hex(): number for key, number in streamclr_views.VIEW_PAIR.items()},
        "batch_manifest": {key.hex(): number for key, number in streamclr_views.BATCH_MANIFEST.items()},
        "pairs": read,
        "shown": shown,
        "repetitions": pairs.repetitions,
        "in_two_parts": before + after,
        "by_ranks": shared,
        "by_workers": worked,
        "batches": trained,
        "later": [b.step for b in later],
        "no_topic": mistake(ViewPairs(servers, "nowhere")),
        "no_batches": mistake(RunBatches(servers, run, batches_topic="nowhere")),
        "no_run": mistake(RunBatches(servers, "nobody")),
        "foreign": mistake(ViewPairs(servers, "foreign")),
        "two_recipes": mistake(ViewPairs(servers, "mixed")),
        "expired": mistake(RunBatches(servers, run, "empty")),
        "other_views": mistake(RunBatches(servers, run, "others")),
    },
    sys.stdout,
)
