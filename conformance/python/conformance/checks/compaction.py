"""Compaction, by the broker's own cleaner: nothing but topic configuration asks for it."""

import os

from ..registry import Record, check, equal, refused, true, until


@check("compaction/records without a key")
def keyless(context):
    topic = context.topic(configs={"cleanup.policy": "compact"})
    with refused("INVALID_RECORD", what="a record without a key"):
        context.produce(topic, [Record(value=b"v")])
    context.produce(topic, [Record(key=b"", value=b"v")])
    equal([record.key for record in context.client.read(topic)], [b""], "keys")
    return "INVALID_RECORD; an empty key is a key"


@check("compaction/newest value of each key", only=["confluent"], slow=True)
def newest(context):
    # 1 MiB is the least that Kafka 4 takes for a segment.
    topic = context.topic(configs={
        "cleanup.policy": "compact", "segment.bytes": "1048576", "min.cleanable.dirty.ratio": "0.01",
        "delete.retention.ms": "86400000", "max.compaction.lag.ms": "60000",
    })
    sent = [Record(key=b"once", value=b"kept"), Record(key=b"deleted", value=b"old"), Record(key=b"deleted", value=None)]
    sent += [Record(key=b"k%d" % (index % 10), value=os.urandom(20000), headers=[("n", b"%d" % index)]) for index in range(180)]
    for codec, part in (("none", sent[:90]), ("lz4", sent[90:])):
        context.produce(topic, part, codec=codec)
    latest = {record.key: offset for offset, record in enumerate(sent)}

    def compacted():
        # A segment of 1 MiB holds some 50 records, so the first 90 are not in the last one, and their keys came again.
        found = context.client.read(topic)
        return found if {record.offset for record in found if record.offset < 90} == {0, 2} else None

    found = until(compacted, "the first segments hold only the newest value of each key", patience=100)
    byoffset = {record.offset: record for record in found}
    for key, offset in latest.items():
        true(offset in byoffset, f"the newest record of {key} at offset {offset} is gone")
        equal(byoffset[offset].content(), sent[offset].content(), f"record at {offset}")
    equal([record.offset for record in found], sorted(byoffset), "offsets in order")
    equal(context.client.offset(topic, 0, "latest"), len(sent), "end offset")
    return f"{len(sent)} records became {len(found)}, offsets unchanged"
