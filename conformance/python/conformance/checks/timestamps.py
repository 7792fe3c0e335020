"""Timestamps: kept or given by the broker, and offsets found by them."""

import time

from ..registry import Record, check, equal, refused, true

BASE = int(time.time() * 1000) - 86_400_000


@check("timestamps/CreateTime")
def create_time(context):
    topic = context.topic()
    times = [BASE, BASE - 5000, BASE + 100, 1]
    context.produce(topic, [Record(value=b"v", timestamp=at) for at in times])
    found = context.client.read(topic)
    equal([record.timestamp for record in found], times, "timestamps")
    equal({record.timestamp_type for record in found}, {"create"}, "timestamp type")
    return "kept as sent, out of order too"


@check("timestamps/LogAppendTime")
def append_time(context):
    topic = context.topic(configs={"message.timestamp.type": "LogAppendTime"})
    for codec in ("none", "gzip"):
        context.produce(topic, [Record(value=b"v%d" % index, timestamp=BASE) for index in range(5)], codec=codec)
    found = context.client.read(topic)
    equal([record.value for record in found], [b"v%d" % index for index in range(5)] * 2, "values")
    equal({record.timestamp_type for record in found}, {"append"}, "timestamp type")
    times = [record.timestamp for record in found]
    true(min(times) > BASE + 80_000_000, f"timestamps are not the broker's: {times}")
    equal(times, sorted(times), "timestamps in order")
    found = context.client.offset(topic, 0, BASE + 1000)
    equal(found, 0, "first offset after the producer's time")
    return "the broker's time, in order"


@check("timestamps/changed to LogAppendTime")
def changed(context):
    topic = context.topic()
    context.produce(topic, [Record(value=b"before", timestamp=BASE)])
    context.client.replace_configs(topic, {"message.timestamp.type": "LogAppendTime"})
    # Brokers learn of a configuration by and by.
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        context.produce(topic, [Record(value=b"after", timestamp=BASE)])
        if context.client.read(topic)[-1].timestamp_type == "append":
            break
    found = context.client.read(topic)
    equal((found[0].timestamp_type, found[0].timestamp), ("create", BASE), "the record from before")
    equal(found[-1].timestamp_type, "append", "the record from after")
    return "holds for new records only"


def _of_times(codec):
    @check(f"timestamps/offsets for times, {codec}")
    def body(context):
        topic = context.topic()
        first = [Record(value=b"v%d" % index, timestamp=BASE + 1000 * index) for index in range(10)]
        second = [Record(value=b"w%d" % index, timestamp=BASE + 20_000 + 1000 * (index // 2)) for index in range(10)]
        context.produce(topic, first, codec=codec, linger_ms=20)
        context.produce(topic, second, codec=codec, linger_ms=20)
        for at, wanted, what in (
            (BASE - 1, 0, "before the first"), (BASE, 0, "of the first"), (BASE + 1, 1, "after the first"),
            (BASE + 4000, 4, "within a batch"), (BASE + 4001, 5, "between two records"), (BASE + 9001, 10, "between batches"),
            (BASE + 21_000, 12, "of two records"), (BASE + 24_000, 18, "of the last two"), (BASE + 24_001, -1, "after the last"),
        ):
            equal(context.client.offset(topic, 0, at), wanted, f"offset for the time {what}")
        return "9 times"


for _codec in ("none", "lz4", "zstd"):
    _of_times(_codec)


@check("timestamps/first and last offsets")
def first_and_last(context):
    topic = context.topic()
    equal((context.client.offset(topic, 0, "earliest"), context.client.offset(topic, 0, "latest")), (0, 0), "when empty")
    equal(context.client.offset(topic, 0, BASE), -1, "offset for a time when empty")
    context.produce(topic, [Record(value=b"v")] * 7)
    equal((context.client.offset(topic, 0, "earliest"), context.client.offset(topic, 0, "latest")), (0, 7), "with 7 records")
    return "0 and 7"


@check("timestamps/offset of the greatest", needs=["max timestamp"])
def greatest(context):
    topic = context.topic()
    equal(context.client.offset(topic, 0, "max"), -1, "when empty")
    context.produce(topic, [Record(value=b"v", timestamp=BASE + at) for at in (10, 500, 20)])
    equal(context.client.offset(topic, 0, "max"), 1, "in one batch")
    context.produce(topic, [Record(value=b"v", timestamp=BASE + at) for at in (30, 700, 40)], codec="gzip")
    equal(context.client.offset(topic, 0, "max"), 4, "in two batches")
    context.produce(topic, [Record(value=b"v", timestamp=BASE + 600)])
    equal(context.client.offset(topic, 0, "max"), 4, "not in the last batch")
    return "offset 4 of 7"


@check("timestamps/too far off", only=["confluent", "kafka-python-3.0"])
def too_far(context):
    topic = context.topic(configs={
        "message.timestamp.after.max.ms": "3600000", "message.timestamp.before.max.ms": "172800000",
    })
    now = int(time.time() * 1000)
    context.produce(topic, [Record(value=b"within", timestamp=now - 86_400_000)])
    for at, what in ((now + 7_200_000, "two hours ahead"), (now - 259_200_000, "three days old")):
        with refused("INVALID_TIMESTAMP", what=f"a record {what}"):
            context.produce(topic, [Record(value=b"v", timestamp=at)])
    equal([record.value for record in context.client.read(topic)], [b"within"], "records")
    return "INVALID_TIMESTAMP"
