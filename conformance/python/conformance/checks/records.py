"""Records: what is written comes back unchanged, in order, whatever the codec."""

import os

from ..registry import Record, Skipped, check, equal, refused, true

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")


def assortment(count: int = 300) -> list[Record]:
    """Records of every shape: empty, absent, binary and long keys and values; repeated, empty and non-ASCII headers."""
    records = []
    for index in range(count):
        key = (None, b"", b"key-%d" % (index % 7), bytes(range(256)), "schlüssel".encode())[index % 5]
        value = (b"", b"value %d" % index, os.urandom(50), b"long " * 400, "größe ✓".encode(), b"\x00")[index % 6]
        headers = ([], [("h", b"1"), ("h", b"2")], [("empty", b"")], [("ü", os.urandom(20))])[index % 4]
        records.append(Record(key=key, value=value, headers=headers))
    for index in range(0, count, 25):
        records[index] = Record(key=b"tombstone-%d" % index, value=None, headers=[("t", b"t")])
    return records


def _codec(name):
    @check(f"records/{name}")
    def body(context):
        topic = context.topic()
        sent = assortment()
        offsets = context.produce(topic, sent, codec=name, linger_ms=20)
        equal(offsets, list(range(len(sent))), "offsets acknowledged")
        found = context.client.read(topic)
        equal([record.offset for record in found], offsets, "offsets read")
        equal([record.content() for record in found], [record.content() for record in sent], "records read")
        # Reading begins within a batch.
        for start in (1, len(sent) // 2 + 3, len(sent) - 1):
            equal([record.offset for record in context.client.read(topic, start=start)], offsets[start:], f"from offset {start}")
        return f"{len(sent)} records, offsets 0 to {offsets[-1]}"


for _name in CODECS:
    _codec(_name)


@check("records/codecs mixed in one partition")
def mixed(context):
    topic = context.topic()
    sent = []
    for codec in CODECS * 2:
        part = assortment(20)
        context.produce(topic, part, codec=codec)
        sent += part
    found = context.client.read(topic)
    equal([record.content() for record in found], [record.content() for record in sent], "records read")
    return f"{len(sent)} records of 5 codecs"


@check("records/header without a value", needs=["null headers"])
def null_header(context):
    topic = context.topic()
    headers = [("nothing", None), ("empty", b""), ("nothing", None)]
    context.produce(topic, [Record(value=b"v", headers=headers)])
    equal(context.client.read(topic)[0].content()[2], headers, "headers")
    return "null and empty are told apart"


@check("records/neither key nor value", only=["confluent"])
def nothing(context):
    topic = context.topic()
    context.produce(topic, [Record()])
    equal([record.content() for record in context.client.read(topic)], [(None, None, [])], "records")
    return "kept as it is"


@check("records/acknowledgements")
def acknowledgements(context):
    topic = context.topic()
    for acks in ("1", "all"):
        context.produce(topic, [Record(value=acks.encode())], acks=acks)
    producer = context.producer(acks="0")
    producer.send(topic, Record(value=b"0"), 0)
    producer.flush()
    context.produce(topic, [Record(value=b"last")], acks="all", idempotent=True)
    found = {record.value for record in context.client.read(topic)}
    true(found >= {b"1", b"all", b"last"}, f"acknowledged records are missing: {found}")
    return "acks 0, 1 and all"


@check("records/idempotent producer")
def idempotent(context):
    topic = context.topic()
    producer = context.producer(idempotent=True, linger_ms=0, codec="lz4")
    deliveries = [producer.send(topic, Record(value=b"%d" % index), 0) for index in range(2000)]
    producer.flush()
    equal([each.result()[1] for each in deliveries], list(range(2000)), "offsets")
    equal([record.value for record in context.client.read(topic)], [b"%d" % index for index in range(2000)], "records")
    return "2000 records, each once, in order"


@check("records/many")
def many(context):
    topic = context.topic(partitions=3)
    count = 15000
    producer = context.producer(codec="lz4", linger_ms=20, batch_bytes=100000)
    for index in range(count):
        producer.send(topic, Record(key=b"%d" % index, value=b"x" * 90 + b"%d" % index), index % 3)
    producer.flush()
    for partition in range(3):
        keys = [int(record.key) for record in context.client.read(topic, partition)]
        equal(keys, list(range(partition, count, 3)), f"keys of partition {partition}")
    return f"{count} records in 3 partitions, in order"


@check("records/largest")
def largest(context):
    topic = context.topic(configs={"max.message.bytes": "200000"})
    for size in (199000, 199800):
        value = os.urandom(size)
        context.produce(topic, [Record(value=value)], max_bytes=4_000_000)
        equal(context.client.read(topic)[-1].value, value, f"a record of {size} bytes")
    with refused("MESSAGE_TOO_LARGE", what="a record of 201,000 bytes where max.message.bytes is 200,000"):
        context.produce(topic, [Record(value=os.urandom(201000))], max_bytes=4_000_000)
    equal(len(context.client.read(topic)), 2, "records after the refusal")
    # The limit holds for the batch as it is sent, so compressed.
    context.produce(topic, [Record(value=b"compresses well " * 30000)], codec="gzip", max_bytes=4_000_000)
    equal(len(context.client.read(topic)), 3, "records after one that compresses")
    return "MESSAGE_TOO_LARGE above max.message.bytes"


@check("records/batch larger than a fetch")
def larger_than_fetch(context):
    topic = context.topic()
    values = [os.urandom(300_000) for _ in range(4)]
    context.produce(topic, [Record(value=value) for value in values], linger_ms=0)
    found = context.client.read(topic, max_bytes=1000)
    equal([record.value for record in found], values, "records read with fetches of 1000 bytes")
    return "the first batch comes whole"


@check("records/offsets out of range")
def out_of_range(context):
    topic = context.topic()
    context.produce(topic, [Record(value=b"one")])
    if context.client.name.startswith("kafka-python"):
        raise Skipped("this client reports it in a way of its own; confluent checks it")
    with refused("OFFSET_OUT_OF_RANGE", "_AUTO_OFFSET_RESET", what="reading from offset 5 of 1"):
        context.client.read(topic, start=5)
    return "OFFSET_OUT_OF_RANGE"
