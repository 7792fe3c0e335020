"""Transactions: all of it or nothing, also for readers, offsets and after a producer was replaced."""

import random

from ..registry import Record, check, equal, refused, true, until

# librdkafka tells of fencing under a name of its own.
FENCED = ("PRODUCER_FENCED", "INVALID_PRODUCER_EPOCH", "_FENCED", "_ProducerFencedError")


def _values(context, topic, isolation="read_committed", partition=0):
    return [record.value for record in context.client.read(topic, partition, isolation=isolation)]


def _send(producer, topic, *values, partition=0):
    deliveries = [producer.send(topic, Record(value=value), partition) for value in values]
    producer.flush()
    return [delivery.result()[1] for delivery in deliveries]


@check("transactions/commit")
def commit(context):
    topic = context.topic(partitions=2)
    producer = context.producer(transactional_id=context.unique("id"))
    producer.init()
    producer.begin()
    equal(_send(producer, topic, b"a", b"b"), [0, 1], "offsets")
    equal(_send(producer, topic, b"c", partition=1), [0], "offsets in the other partition")
    equal(_values(context, topic), [], "read_committed before the commit")
    equal(_values(context, topic, "read_uncommitted"), [b"a", b"b"], "read_uncommitted before the commit")
    equal(context.client.offset(topic, 0, "latest", "read_committed"), 0, "last stable offset")
    producer.commit()
    until(lambda: _values(context, topic) == [b"a", b"b"], "read_committed after the commit")
    until(lambda: _values(context, topic, partition=1) == [b"c"], "read_committed in the other partition")
    equal(context.client.offset(topic, 0, "latest"), 3, "end offset: two records and a marker")
    equal(context.client.offset(topic, 0, "latest", "read_committed"), 3, "last stable offset")
    return "seen by read_committed only when committed; the marker takes an offset"


@check("transactions/abort")
def abort(context):
    topic = context.topic()
    producer = context.producer(transactional_id=context.unique("id"))
    producer.init()
    producer.begin()
    _send(producer, topic, b"no 1", b"no 2")
    producer.abort()
    producer.begin()
    _send(producer, topic, b"yes")
    producer.commit()
    until(lambda: _values(context, topic) == [b"yes"], "read_committed has the committed record alone")
    equal(_values(context, topic, "read_uncommitted"), [b"no 1", b"no 2", b"yes"], "read_uncommitted")
    equal(context.client.offset(topic, 0, "latest"), 5, "end offset: three records and two markers")
    equal([record.offset for record in context.client.read(topic, isolation="read_committed")], [3], "offset")
    return "aborted records are read by read_uncommitted alone"


@check("transactions/empty")
def empty(context):
    topic = context.topic()
    producer = context.producer(transactional_id=context.unique("id"))
    producer.init()
    producer.begin()
    producer.commit()
    producer.begin()
    producer.abort()
    producer.begin()
    _send(producer, topic, b"x")
    producer.commit()
    until(lambda: _values(context, topic) == [b"x"], "the record is there")
    equal(context.client.offset(topic, 0, "latest"), 2, "end offset")
    return "no markers without records"


@check("transactions/many in a row")
def many(context):
    topic = context.topic(partitions=3)
    producer = context.producer(transactional_id=context.unique("id"), linger_ms=0, codec="zstd")
    producer.init()
    wanted = [[], [], []]
    for index in range(40):
        producer.begin()
        value = b"%d" % index
        for partition in range(3):
            producer.send(topic, Record(value=value), partition)
        if index % 3 == 1:
            producer.flush()
            producer.abort()
        else:
            producer.commit()
            for part in wanted:
                part.append(value)
    for partition in range(3):
        until(
            lambda partition=partition: _values(context, topic, partition=partition) == wanted[partition],
            "committed records alone",
        )
    return "40 transactions, a third of them aborted"


@check("transactions/two producers in one partition")
def interleaved(context):
    topic = context.topic()
    one = context.producer(transactional_id=context.unique("one"))
    two = context.producer(transactional_id=context.unique("two"))
    plain = context.producer()
    for producer in (one, two):
        producer.init()
        producer.begin()
    _send(one, topic, b"1a")
    _send(two, topic, b"2a")
    _send(plain, topic, b"plain")
    _send(one, topic, b"1b")
    two.commit()
    equal(_values(context, topic), [], "nothing is stable while the older transaction is open")
    one.abort()
    until(lambda: _values(context, topic) == [b"2a", b"plain"], "what is committed or plain")
    return "readers wait for the older one, then see one of the two"


@check("transactions/zombie is fenced")
def zombie(context):
    topic = context.topic()
    name = context.unique("id")
    old = context.producer(transactional_id=name)
    old.init()
    old.begin()
    _send(old, topic, b"of the old")
    new = context.producer(transactional_id=name)
    new.init()
    new.begin()
    _send(new, topic, b"of the new")
    with refused(*FENCED, what="the old one's commit"):
        old.commit()
    new.commit()
    until(lambda: _values(context, topic) == [b"of the new"], "the new one's record alone")
    return "the old one is fenced, its transaction aborted"


@check("transactions/zombie that writes is fenced")
def writing_zombie(context):
    topic = context.topic()
    name = context.unique("id")
    old = context.producer(transactional_id=name)
    old.init()
    old.begin()
    _send(old, topic, b"of the old")
    new = context.producer(transactional_id=name)
    new.init()
    with refused(*FENCED, "_AbortableError", what="the old one's record and commit"):
        _send(old, topic, b"late")
        old.commit()
    new.begin()
    _send(new, topic, b"of the new")
    new.commit()
    until(lambda: _values(context, topic) == [b"of the new"], "the new one's record alone")
    true(b"late" not in _values(context, topic, "read_uncommitted"), "the zombie's record was written")
    return "its record is not even written"


@check("transactions/producer that comes back")
def comes_back(context):
    topic = context.topic()
    name = context.unique("id")
    for index in range(3):
        producer = context.client.producer(transactional_id=name)
        producer.init()
        producer.begin()
        _send(producer, topic, b"%d" % index)
        if index == 1:
            # Left open, as after a crash: the next one's init aborts it.
            pass
        else:
            producer.commit()
        producer.close()
    until(lambda: _values(context, topic) == [b"0", b"2"], "the transaction left open is aborted")
    return "what was left open is aborted by the next init"


@check("transactions/offsets")
def offsets(context):
    topic = context.topic()
    context.produce(topic, [Record(value=b"%d" % index) for index in range(10)])
    group = context.unique("group")
    pump = context.pump(group, [topic])
    until(lambda: len(pump.records) == 10, "the member reads")
    producer = context.producer(transactional_id=context.unique("id"))
    producer.init()
    for end, offset, wanted in (("commit", 4, 4), ("abort", 9, 4), ("commit", 7, 7)):
        producer.begin()
        pump.call(lambda member, offset=offset: producer.send_offsets({(topic, 0): offset}, member))
        producer.commit() if end == "commit" else producer.abort()
        until(
            lambda wanted=wanted: context.client.group_offsets(group) == {(topic, 0): wanted},
            f"offset {wanted} after a transaction with {offset} ended with {end}",
        )
    return "kept when committed, forgotten when aborted"


@check("transactions/offsets that are pending", only=["confluent"])
def pending(context):
    topic = context.topic()
    group = context.unique("group")
    pump = context.pump(group, [topic])
    until(lambda: pump.assignment, "the member has joined")
    pump.call(lambda member: member.commit({(topic, 0): 1}))
    producer = context.producer(transactional_id=context.unique("id"))
    producer.init()
    producer.begin()
    pump.call(lambda member: producer.send_offsets({(topic, 0): 5}, member))
    pump.close()
    # A stable offset is asked for by those who read committed records: their fetch waits until the transaction ends.
    reader = context.pump(group, [topic], isolation="read_committed")
    until(lambda: reader.assignment, "the reader has joined")
    context.produce(topic, [Record(value=b"%d" % index) for index in range(8)])
    until(lambda: len(context.client.read(topic)) == 8, "records are there")
    equal(reader.records, [], "records read while the offset is pending")
    producer.commit()
    until(lambda: len(reader.records) == 3, "records are read from the offset committed")
    equal([record.offset for record in reader.records], [5, 6, 7], "offsets")
    return "readers wait for the pending offset"


@check("transactions/offsets of a former member", only=["confluent"])
def former_member(context):
    topic = context.topic(partitions=2)
    group = context.unique("group")
    old = context.member(group, [topic])
    until(lambda: old.poll(0.1) is not None and old.assignment(), "the member has joined")
    producer = context.producer(transactional_id=context.unique("id"))
    producer.init()
    producer.begin()
    # What the member knew of itself, from before it left.
    from confluent_kafka import TopicPartition

    from ..confluent_client import asked

    metadata = old.native.consumer_group_metadata()
    old.native.unsubscribe()
    old.close()
    until(lambda: context.client.group(group)[0] == "Empty", "the member has left")
    with refused("UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "FENCED_INSTANCE_ID", what="offsets of a member that left"):
        asked(lambda: producer._native.send_offsets_to_transaction([TopicPartition(topic, 0, 5)], metadata, 20))
    producer.abort()
    equal(context.client.group_offsets(group), {}, "offsets")
    return "refused: not a member any more"


@check("transactions/read, transform, write", slow=True)
def pipeline(context):
    source, target = context.topic(what="in"), context.topic(what="out")
    total = 200
    context.produce(source, [Record(value=b"%d" % index) for index in range(total)])
    group = context.unique("group")
    name = context.unique("id")
    chance = random.Random(7)
    done = 0
    for crash in (True, False, True, False):
        if done == total:
            break
        pump = context.pump(group, [source])
        producer = context.client.producer(transactional_id=name)
        producer.init()
        until(lambda: pump.records, "records to transform")
        limit = done + chance.randint(20, 60)
        processed = 0
        while True:
            until(lambda: len(pump.records) > processed or pump.records[-1].offset == total - 1, "the next records")
            batch = list(pump.records[processed:processed + 20])
            if not batch:
                break
            processed += len(batch)
            producer.begin()
            for record in batch:
                producer.send(target, Record(value=record.value), 0)
            last = batch[-1].offset
            pump.call(lambda member, last=last: producer.send_offsets({(source, 0): last + 1}, member))
            if last >= limit and crash:
                producer.flush()
                break
            if chance.random() < 0.25:
                # Given up: the member reads the same records again from what was committed.
                producer.flush()
                producer.abort()
                break
            producer.commit()
            done = last + 1
        producer.close()
        pump.close()
    # Whoever comes last finishes the work, and aborts what was left open.
    pump = context.pump(group, [source])
    producer = context.client.producer(transactional_id=name)
    producer.init()
    if done < total:
        until(lambda: pump.records and pump.records[-1].offset == total - 1, "the rest is read")
        producer.begin()
        for record in list(pump.records):
            producer.send(target, Record(value=record.value), 0)
        pump.call(lambda member: producer.send_offsets({(source, 0): total}, member))
        producer.commit()
    producer.close()
    wanted = [b"%d" % index for index in range(total)]
    until(lambda: len(_values(context, target)) >= total, "all records are in the target")
    equal(_values(context, target), wanted, "the target")
    return f"{total} records, each once and in order, through crashes and aborts"


@check("transactions/timeout", only=["confluent"], slow=True)
def timeout(context):
    topic = context.topic()
    name = context.unique("id")
    producer = context.producer(transactional_id=name, timeout_ms=2000)
    producer.init()
    producer.begin()
    _send(producer, topic, b"forgotten")
    equal(_values(context, topic), [], "read_committed while it is open")
    context.produce(topic, [Record(value=b"plain")])
    # Apache Kafka looks every 10 s.
    until(lambda: _values(context, topic) == [b"plain"], "the broker has aborted it", patience=60)
    with refused(*FENCED, "INVALID_TXN_STATE", "_STATE", "INVALID_PRODUCER_ID_MAPPING", what="committing it afterwards"):
        producer.commit()
    return "aborted by the broker, the producer fenced"


@check("transactions/timeout that is too long")
def too_long(context):
    producer = context.producer(transactional_id=context.unique("id"), timeout_ms=3_600_000)
    with refused("INVALID_TRANSACTION_TIMEOUT", what="a timeout of an hour"):
        producer.init()
    return "INVALID_TRANSACTION_TIMEOUT"
