"""StreamCLR's topic of views as PyTorch data sets. Needs torch, numpy and confluent-kafka; copy this file.

    pairs = ViewPairs("localhost:9092")
    for pair in torch.utils.data.DataLoader(pairs, batch_size=256):
        loss = step(pair.first, pair.second)  # uint8 (256, 3, H, W) each

``RunBatches`` gives the very batches that a run of ``streamclr train`` was trained on. docs/python.md says more.
"""

import hashlib
import struct
import time
from typing import NamedTuple

import numpy as np
import torch
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition
from torch.utils.data import IterableDataset, get_worker_info

# Avro's CRC-64 fingerprint of each released schema, little-endian as it stands in a record, to its number.
VIEW_PAIR = {bytes.fromhex(f): n for n, f in enumerate(("b77e3d10bf4db006", "ada3b79f72aa4c72"), 1)}
BATCH_MANIFEST = {
    bytes.fromhex(f): n
    for n, f in enumerate(("d9926faffdf0af02", "ff4116352db74833", "6ce3671d799ac486", "3d531dd24df076f5"), 1)
}

_SECONDS = 30.0  # that a broker may say nothing
_SHOW_SECONDS = 1.0  # between two commits of a group
_MOST_RECORDS = 1 << 24  # of a block


class StreamError(Exception):
    """The topics cannot be read, or hold what they should not; the message says what to do."""


class Pair(NamedTuple):
    """Two views of an image, uint8 (3, H, W) each, and where they come from."""

    first: torch.Tensor
    second: torch.Tensor
    image_id: str
    view_pass: int  # 0 for the first time that the images were read
    partition: int  # of the image in topic images, as the next
    offset: int


class Batch(NamedTuple):
    """What one step of a run was trained on: views, uint8 (N, 3, H, W) each, and the image ids of the N pairs."""

    step: int
    first: torch.Tensor
    second: torch.Tensor
    image_ids: list


class ViewPairs(IterableDataset):
    """The pairs of a topic of views, each image of each pass once, in the order of each partition.

    Several workers of a DataLoader, and several processes that train together, share the partitions. What a job wrote
    again after a crash is passed over. ``state_dict`` says how far this data set was read, ``load_state_dict`` has the
    next iteration go on there.

    follow: wait for new views; otherwise end where the topic ended when it was opened
    committed: wait for transactions of the job (``augment --exactly-once``) to end, as the trainer does
    rank, world_size: this process among those that share the topic
    group: consumer group that shows how far the topic was read, for ``augment --ahead-of GROUP`` and ``topics list``
    client: more settings of librdkafka, such as ``{"security.protocol": "SASL_SSL", ...}``
    """

    def __init__(
        self,
        bootstrap_servers,
        topic="views",
        *,
        follow=False,
        committed=True,
        rank=0,
        world_size=1,
        group=None,
        client=None,
    ):
        super().__init__()
        if not 0 <= rank < world_size:
            raise ValueError(f"rank {rank} is not one of {world_size}")
        self.topic = topic
        self.follow = follow
        self.rank = rank
        self.world_size = world_size
        self.group = group
        self.repetitions = 0
        self._client = _client(bootstrap_servers, committed, client, group)
        self._read = {}  # by partition: next offset, pass and origin offset of the newest pair

    def state_dict(self):
        """How far the pairs were given out, in numbers and texts; not those that workers of a DataLoader gave out."""
        return {"topic": self.topic, "partitions": {str(p): list(place) for p, place in self._read.items()}}

    def load_state_dict(self, state):
        """Goes on after the last pair that was given out before."""
        if state["topic"] != self.topic:
            raise ValueError(f"This is the state of topic {state['topic']}, not of {self.topic}")
        self._read = {int(p): tuple(place) for p, place in state["partitions"].items()}

    def __iter__(self):
        worker = get_worker_info()
        workers, number = (worker.num_workers, worker.id) if worker else (1, 0)
        with _opened(self._client) as consumer:
            partitions = _partitions(consumer, self.topic)
            mine = partitions[self.rank * workers + number :: self.world_size * workers]
            yield from self._pairs(consumer, mine)

    def _pairs(self, consumer, partitions):
        begin = {p: self._read.get(p, (OFFSET_BEGINNING, -1, -1)) for p in partitions}
        recipe, shown = None, time.monotonic()
        for record in _records(consumer, self.topic, {p: b[0] for p, b in begin.items()}, self.follow):
            pair, its_recipe = _decoded(record, _view_pair)
            recipe = recipe or its_recipe
            if its_recipe != recipe:
                raise StreamError(
                    f"{_place(record)} is of recipe {its_recipe}, those before of {recipe};"
                    " have the views of each recipe rendered into a topic of its own"
                )
            _, *newest = self._read.get(record.partition(), (0, -1, -1))
            again = [pair.view_pass, pair.offset] <= newest
            if again:
                self.repetitions += 1
            else:
                newest = [pair.view_pass, pair.offset]
            self._read[record.partition()] = (record.offset() + 1, *newest)
            if not again:
                yield pair
            if self.group and time.monotonic() - shown > _SHOW_SECONDS:
                self._show(consumer, partitions, asynchronous=True)
                shown = time.monotonic()
        if self.group and partitions:
            self._show(consumer, partitions, asynchronous=False)

    def _show(self, consumer, partitions, asynchronous):
        places = [TopicPartition(self.topic, p, self._read[p][0]) for p in partitions if p in self._read]
        if places:
            consumer.commit(offsets=places, asynchronous=asynchronous)


class RunBatches(IterableDataset):
    """The batches of a run as topic batches has logged them, with their very bytes, one after the other.

    Every batch is held against the digest that the trainer logged. A DataLoader takes it with ``batch_size=None``.

    after: the step before the first that is given
    to: the last step; by default the last that is logged
    follow: wait for steps that the run has yet to log
    """

    def __init__(
        self,
        bootstrap_servers,
        run,
        topic="views",
        *,
        batches_topic="batches",
        after=0,
        to=None,
        follow=False,
        client=None,
    ):
        super().__init__()
        self.run = run
        self.topic = topic
        self.batches_topic = batches_topic
        self.after = after
        self.to = to
        self.follow = follow
        # What the broker took of a manifest counts, whether or not its writer lived to end the transaction.
        self._log = _client(bootstrap_servers, False, client)
        self._views = _client(bootstrap_servers, True, client)

    def state_dict(self):
        return {"run": self.run, "after": self.after}

    def load_state_dict(self, state):
        if state["run"] != self.run:
            raise ValueError(f"This is the state of run {state['run']}, not of {self.run}")
        self.after = state["after"]

    def __iter__(self):
        worker = get_worker_info()
        if worker and worker.num_workers > 1:
            raise ValueError("The batches of a run have one order, so they are read by one worker")
        ranges = block = None
        with _opened(self._log) as log, _opened(self._views) as views:
            for manifest in self._manifests(log):
                if ranges != manifest["ranges"]:
                    ranges = manifest["ranges"]
                    records = [r for each in ranges for r in self._range(views, manifest["step"], *each)]
                    block = [records[place] for place in shuffled(manifest["shuffle_seed"], len(records))]
                yield self._batch(manifest, block[manifest["from"] : manifest["to"]])

    def _batch(self, manifest, records):
        step = manifest["step"]
        if hashlib.sha256(b"".join(r.value() for r in records)).digest() != manifest["digest"]:
            raise StreamError(
                f"The views of step {step} are not those that run {self.run} was trained on;"
                " 'streamclr replay' says which steps differ"
            )
        pairs = [_decoded(r, _view_pair)[0] for r in records]
        self.after = step
        return Batch(
            step,
            torch.stack([p.first for p in pairs]),
            torch.stack([p.second for p in pairs]),
            [p.image_id for p in pairs],
        )

    def _manifests(self, log):
        _partitions(log, self.batches_topic)  # a topic that is not there would be read in vain
        digests = {}  # by step, of those that are given
        expected, found = self.after + 1, False
        for record in _records(log, self.batches_topic, {0: OFFSET_BEGINNING}, self.follow):
            if record.key() != self.run.encode() or record.value() is None:
                continue
            manifest = _decoded(record, _batch_manifest)
            step, found = manifest["step"], True
            if digests.get(step, manifest["digest"]) != manifest["digest"]:
                raise StreamError(
                    f"Topic {self.batches_topic} has step {step} of run {self.run} twice and differently, so two"
                    " trainers fed the same run and neither can be followed"
                )
            if step < expected:
                continue  # logged again after a crash, or not asked for
            if self.to is not None and step > self.to:
                return
            if step > expected:
                raise StreamError(f"Topic {self.batches_topic} lacks step {expected} of run {self.run}")
            if manifest["replayed"]:
                raise StreamError(
                    f"Step {step} of run {self.run} has images from the trainer's memory, whose views are in no topic;"
                    " 'streamclr replay' renders them"
                )
            digests[step] = manifest["digest"]
            expected += 1
            yield manifest
        if not found:
            raise StreamError(f"Topic {self.batches_topic} has nothing of run {self.run}; check its name")

    def _range(self, consumer, step, partition, first, last, count):
        """Records of a range, without those that a job wrote again."""
        found, newest = [], (-1, -1)
        for record in _records(consumer, self.topic, {partition: first}, False):
            if record.offset() > last:
                break
            pair, _ = _decoded(record, _view_pair)
            if (pair.view_pass, pair.offset) > newest:
                newest = (pair.view_pass, pair.offset)
                found.append(record)
        if len(found) < count:
            raise StreamError(
                f"Topic {self.topic} does not have all views of step {step} of run {self.run};"
                " 'streamclr replay' renders expired ones again"
            )
        return found[:count]


def shuffled(seed, size):
    """At each place of a block's shuffled order, the place in the block: the trainer's shuffle."""
    draws = _absorb(_seed(seed, "place"), np.arange(size, dtype=np.uint64)) >> np.uint64(32)
    others = (draws * np.arange(1, size + 1, dtype=np.uint64)) >> np.uint64(32)
    order = list(range(size))
    for i, other in zip(range(size - 1, 0, -1), others[:0:-1].tolist()):
        order[i], order[other] = order[other], order[i]
    return order


_GOLDEN = 0x9E3779B97F4A7C15  # SplitMix64 (Steele, Lea and Flood, 2014)


def _mix(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _absorb(state, value):
    twice = np.uint64(2 * _GOLDEN & 0xFFFFFFFFFFFFFFFF)
    return _mix((_mix(state + np.uint64(_GOLDEN)) ^ _mix(value + twice)) + np.uint64(_GOLDEN))


def _seed(run_seed, purpose):
    state = np.array([run_seed & 0xFFFFFFFFFFFFFFFF], dtype=np.uint64)  # arrays wrap around without a warning
    for letter in "p" + purpose:
        state = _absorb(state, np.array([ord(letter)], dtype=np.uint64))
    return state


def _client(bootstrap_servers, committed, more, group=None):
    return {
        "bootstrap.servers": bootstrap_servers,
        "group.id": group or "streamclr-python",  # the client demands one; without group= nothing is committed
        "enable.auto.commit": False,
        "isolation.level": "read_committed" if committed else "read_uncommitted",
        "auto.offset.reset": "error",
        "enable.partition.eof": True,
        **(more or {}),
    }


class _opened:
    def __init__(self, settings):
        self.consumer = Consumer(settings)

    def __enter__(self):
        return self.consumer

    def __exit__(self, *_):
        self.consumer.close()


def _partitions(consumer, topic):
    try:
        known = consumer.list_topics(topic, timeout=_SECONDS).topics[topic]
    except KafkaException as fault:
        raise StreamError(f"The broker does not answer ({fault.args[0].str()}); check bootstrap_servers") from fault
    if known.error:
        raise StreamError(f"Topic {topic} cannot be read ({known.error.str()}); 'streamclr topics list' shows all")
    return sorted(known.partitions)


def _records(consumer, topic, begin, follow):
    """Records from these offsets; to the end that each partition has when it is reached, or for good."""
    consumer.assign([TopicPartition(topic, p, offset) for p, offset in begin.items()])
    unread = set(begin)
    while unread or (follow and begin):
        first = consumer.poll(1.0 if follow else _SECONDS)
        if first is None and not follow:
            raise StreamError(f"The broker sent nothing of topic {topic} for {_SECONDS:.0f} seconds; check it")
        # consume() alone would wait until it has so many.
        records = [] if first is None else [first, *consumer.consume(500, timeout=0)]
        for record in records:
            fault = record.error()
            if fault is None:
                yield record
            elif fault.code() == KafkaError._PARTITION_EOF:
                unread.discard(record.partition())
            elif fault.code() == KafkaError._AUTO_OFFSET_RESET and begin[record.partition()] >= 0:
                raise StreamError(
                    f"Topic {topic} no longer has offset {begin[record.partition()]} of partition"
                    f" {record.partition()}: its records expired, so begin again where the topic begins now"
                ) from KafkaException(fault)
            else:
                raise StreamError(f"Topic {topic} cannot be read ({fault.str()})")


def _place(record):
    return f"The record at offset {record.offset()} of partition {record.partition()} of topic {record.topic()}"


def _decoded(record, decode):
    try:
        return decode(record.value())
    except (ValueError, IndexError, KeyError, TypeError, struct.error) as wrong:
        raise StreamError(f"{_place(record)} is not of a schema that this program knows ({wrong})") from wrong


# Avro's binary encoding (https://avro.apache.org/docs/current/specification): fields in order, numbers as zig-zag varints.


def _long(b, i):
    shift = value = 0
    while True:
        byte = b[i]
        i += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1), i
        shift += 7
        if shift > 63:
            raise ValueError("a number of more than 64 bits")


def _skip_longs(b, i, count):
    for _ in range(count):
        while b[i] & 0x80:
            i += 1
        i += 1
    return i


def _bytes(b, i):
    length, i = _long(b, i)
    if length < 0 or i + length > len(b):
        raise ValueError("cut off")
    return b[i : i + length], i + length


def _array(b, i, item):
    items = []
    while True:
        count, i = _long(b, i)
        if count == 0:
            return items, i
        if count < 0:
            count = -count
            i = _skip_longs(b, i, 1)
        if count > len(b):
            raise ValueError("an array that is longer than the record")
        for _ in range(count):
            one, i = item(b, i)
            items.append(one)


def _schema(b, known):
    if b is None or b[:2] != b"\xc3\x01":
        raise ValueError("not Avro's single-object encoding")
    return known[bytes(b[2:10])]


def _view(b, i):
    height, i = _long(b, i)
    width, i = _long(b, i)
    size, i = _long(b, i)
    if height < 1 or width < 1 or size != height * width * 3 or i + size > len(b):
        raise ValueError("a view of another size than it says")
    pixels = np.frombuffer(b, np.uint8, size, i).reshape(height, width, 3)
    i = _skip_longs(b, i + size, 7)  # lineage: seed, the image's sides, the crop
    return pixels, _skip_operations(b, i)


def _skip_operations(b, i):
    while True:  # blocks of names with their numbers
        count, i = _long(b, i)
        if count == 0:
            return i
        if count < 0:
            count = -count
            i = _skip_longs(b, i, 1)
        if count > len(b):
            raise ValueError("an array that is longer than the record")
        for _ in range(count):
            length, i = _long(b, i)
            i += length
            while True:
                numbers, i = _long(b, i)
                if numbers == 0:
                    break
                if numbers < 0:
                    numbers = -numbers
                    i = _skip_longs(b, i, 1)
                i += 8 * numbers


def _view_pair(b):
    _schema(b, VIEW_PAIR)
    image, i = _bytes(b, 10)
    view_pass, i = _long(b, i)
    partition, i = _long(b, i)
    offset, i = _long(b, i)
    i = _skip_longs(b, i, 1)  # the run's seed
    recipe, i = _bytes(b, i)
    first, i = _view(b, i)
    second, i = _view(b, i)
    views = torch.from_numpy(np.stack((first, second)).transpose(0, 3, 1, 2))
    return Pair(views[0], views[1], image.decode(), view_pass, partition, offset), recipe.decode()


def _range_of(version):
    def item(b, i):
        partition, i = _long(b, i)
        first, i = _long(b, i)
        last, i = _long(b, i)
        count, i = _long(b, i)
        if version > 1:
            _, i = _array(b, i, lambda b, i: (None, _skip_longs(b, i, 4)))  # what the records were rendered from
        if not 0 < count <= min(_MOST_RECORDS, last - first + 1):
            raise ValueError("a range that cannot be")
        return (partition, first, last, count), i

    return item


def _batch_manifest(b):
    version = _schema(b, BATCH_MANIFEST)
    _, i = _bytes(b, 10)
    step, i = _long(b, i)
    ranges, i = _array(b, i, _range_of(version))
    shuffle_seed, i = _long(b, i)
    begin, i = _long(b, i)
    end, i = _long(b, i)
    digest, i = _bytes(b, i)
    _, i = _bytes(b, i)  # the recipe's fingerprint
    replayed = []
    if version > 1:
        _, i = _bytes(b, i)  # the recipe
    if version > 2:
        replayed, i = _array(b, i, lambda b, i: (None, _skip_longs(b, i, 3)))
    if not 0 <= begin <= end or sum(r[3] for r in ranges) > _MOST_RECORDS:
        raise ValueError("a batch that cannot be")
    return {
        "step": step,
        "ranges": ranges,
        "shuffle_seed": shuffle_seed,
        "from": begin,
        "to": end,
        "digest": digest,
        "replayed": replayed,
    }


if __name__ == "__main__":
    import sys

    if not 2 <= len(sys.argv) <= 3:
        sys.exit("Usage: streamclr_views.py BOOTSTRAP_SERVERS [TOPIC]: reads a topic of views and says how fast")
    begin, count = time.monotonic(), 0
    try:
        for count, _ in enumerate(ViewPairs(*sys.argv[1:]), 1):
            pass
    except StreamError as error:
        sys.exit(str(error))
    seconds = time.monotonic() - begin
    print(f"{count} pairs in {seconds:.1f} s, {count / seconds:.0f} pairs/s")
