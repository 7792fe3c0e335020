"""Consumer groups: who gets what, when that changes, and what is committed."""

import json
import os
import signal
import subprocess
import sys
import time

from ..registry import Failed, KafkaFailure, Record, check, equal, refused, true, until


def _all(topic, count):
    return {(topic, partition) for partition in range(count)}


def _shared(pumps, topic, count):
    """Every partition has one owner, and every member has some."""
    parts = [pump.assignment for pump in pumps]
    together = [place for part in parts for place in part]
    return all(parts) and len(together) == count and set(together) == _all(topic, count)


@check("groups/one member")
def one_member(context):
    topic = context.topic(partitions=3)
    for partition in range(3):
        context.produce(topic, [Record(value=b"%d" % index) for index in range(10)], partition=partition)
    group = context.unique("group")
    pump = context.pump(group, [topic])
    until(lambda: len(pump.records) == 30, "all 30 records are read")
    equal(pump.assignment, _all(topic, 3), "assignment")
    pump.call(lambda member: member.commit())
    pump.close()
    for partition in range(3):
        context.produce(topic, [Record(value=b"later")], partition=partition)
    again = context.pump(group, [topic])
    until(lambda: len(again.records) >= 3, "the later records are read")
    equal(sorted(record.offset for record in again.records), [10, 10, 10], "offsets after the commit")
    return "reads all, and goes on after what it committed"


@check("groups/committed offsets and metadata")
def committed(context):
    topic = context.topic(partitions=2)
    group = context.unique("group")
    member = context.member(group, [topic], subscribe=False)
    equal(member.committed(topic, 0), None, "committed in a new group")
    member.commit({(topic, 0): 42}, metadata="größe ✓")
    equal(member.committed(topic, 0), (42, "größe ✓"), "committed")
    equal(member.committed(topic, 1), None, "committed in the other partition")
    member.commit({(topic, 0): 7})
    equal(member.committed(topic, 0), (7, ""), "committed anew, backwards")
    return "offset and metadata; nothing where nothing was committed"


@check("groups/commit to an unknown partition", only=["confluent"])
def commit_unknown(context):
    topic = context.topic()
    member = context.member(context.unique("group"), [topic], subscribe=False)
    with refused("UNKNOWN_TOPIC_OR_PARTITION", what="a commit for partition 9 of 1"):
        member.commit({(topic, 9): 1})
    return "UNKNOWN_TOPIC_OR_PARTITION"


@check("groups/commit from outside")
def commit_outside(context):
    topic = context.topic()
    group = context.unique("group")
    pump = context.pump(group, [topic])
    until(lambda: pump.assignment, "the member has joined")
    outsider = context.member(group, [topic], subscribe=False)
    try:
        outsider.commit({(topic, 0): 1})
    except KafkaFailure as failure:
        # kafka-python has a name of its own for "you are not in the group".
        true(failure.name in ("UNKNOWN_MEMBER_ID", "_CommitFailedError"), f"{failure} instead of UNKNOWN_MEMBER_ID")
        return "UNKNOWN_MEMBER_ID while the group has members"
    raise Failed("a commit without membership was accepted, where Apache Kafka answers UNKNOWN_MEMBER_ID")


def _rebalance(strategy, slow=False):
    @check(f"groups/eager rebalances, {strategy}", slow=slow)
    def body(context):
        topic = context.topic(partitions=6)
        group = context.unique("group")
        first = context.pump(group, [topic], strategy=strategy)
        until(lambda: first.assignment == _all(topic, 6), "the first member has all partitions")
        second = context.pump(group, [topic], strategy=strategy)
        until(lambda: _shared([first, second], topic, 6), "two members share the partitions")
        equal((len(first.assignment), len(second.assignment)), (3, 3), "partitions of each")
        third = context.pump(group, [topic], strategy=strategy)
        until(lambda: _shared([first, second, third], topic, 6), "three members share the partitions")
        equal(sorted(len(pump.assignment) for pump in (first, second, third)), [2, 2, 2], "partitions of each")
        true(("revoked", _all(topic, 6)) in first.events, "the first member did not give up everything before")
        second.close()
        until(lambda: _shared([first, third], topic, 6), "two are left and share the partitions")
        first.close()
        until(lambda: third.assignment == _all(topic, 6), "the last member has all partitions")
        return "1, 2, 3, 2, 1 members"


for _strategy in ("range", "roundrobin"):
    _rebalance(_strategy)


@check("groups/cooperative rebalance", needs=["cooperative"])
def cooperative(context):
    topic = context.topic(partitions=4)
    group = context.unique("group")
    first = context.pump(group, [topic], strategy="cooperative-sticky")
    until(lambda: first.assignment == _all(topic, 4), "the first member has all partitions")
    second = context.pump(group, [topic], strategy="cooperative-sticky")
    until(lambda: _shared([first, second], topic, 4), "two members share the partitions")
    equal((len(first.assignment), len(second.assignment)), (2, 2), "partitions of each")
    given_up = [places for kind, places in first.events if kind in ("revoked", "lost") and places]
    equal(given_up, [second.assignment], "what the first member gave up")
    kept = first.assignment
    second.close()
    until(lambda: first.assignment == _all(topic, 4), "the first member has all partitions again")
    given_up = [places for kind, places in first.events if kind in ("revoked", "lost") and places]
    equal(len(given_up), 1, "how often the first member gave something up")
    return f"gave up only what the other got, kept {len(kept)}"


@check("groups/static member comes back", needs=["static"])
def static(context):
    topic = context.topic(partitions=4)
    group = context.unique("group")
    first = context.pump(group, [topic], instance="one")
    second = context.pump(group, [topic], instance="two")
    until(lambda: _shared([first, second], topic, 4), "two members share the partitions")
    before, events = second.assignment, len(first.events)
    _, _, members = context.client.group(group)
    equal({instance for instance, _ in members}, {"one", "two"}, "instance ids")
    second.close()
    again = context.pump(group, [topic], instance="two")
    until(lambda: again.assignment, "the member is back")
    equal(again.assignment, before, "its partitions")
    # The other one must not have noticed; its heartbeats have been answered meanwhile.
    time.sleep(1)
    equal(len(first.events), events, "rebalances the other member saw")
    return "the same partitions, no rebalance for the other"


@check("groups/two with the same instance id", only=["confluent"])
def fenced_instance(context):
    topic = context.topic()
    group = context.unique("group")
    first = context.pump(group, [topic], instance="one")
    until(lambda: first.assignment, "the first has joined")
    second = context.pump(group, [topic], instance="one")
    until(lambda: second.assignment, "the second has its place")
    until(lambda: first.failure is not None, "the first hears of it")
    name = getattr(first.failure, "name", str(first.failure))
    true(name in ("FENCED_INSTANCE_ID", "_FATAL"), f"the first got {first.failure} instead of FENCED_INSTANCE_ID")
    return "FENCED_INSTANCE_ID for the first"


@check("groups/a member that died", only=["confluent", "kafka-python-3.0"], slow=True)
def died(context):
    topic = context.topic(partitions=2)
    group = context.unique("group")
    child = subprocess.Popen(
        [sys.executable, "-m", "conformance.bystander", context.client.name, group, topic],
        stdout=subprocess.PIPE, env=dict(os.environ),
    )
    try:
        line = child.stdout.readline()
        equal(json.loads(line or b"[]"), [[topic, 0], [topic, 1]], "assignment of the process")
        pump = context.pump(group, [topic])
        until(lambda: _shared([pump], topic, 1) or len(pump.assignment) == 1, "the two share the partitions")
        child.send_signal(signal.SIGKILL)
        until(lambda: pump.assignment == _all(topic, 2), "the other has both after the session timed out")
    finally:
        child.kill()
        child.wait()
    return "its partitions go to the other when the session (6 s) times out"


@check("groups/subscription by pattern")
def pattern(context):
    stem = context.unique("pattern")
    topics = []
    for index in range(2):
        name = f"{stem}-{index}"
        context.client.create_topic(name)
        topics.append(name)
        until(lambda name=name: context.client.partitions(name), "the topic is there")
        context.produce(name, [Record(value=name.encode())])
    pump = context.pump(context.unique("group"), [], pattern=stem + "-.*")
    def read():
        return {record.value.decode() for record in pump.records}

    # Nothing is committed: after a rebalance the member reads from the beginning again.
    until(lambda: read() == set(topics), "both topics are read")
    name = f"{stem}-2"
    context.client.create_topic(name)
    topics.append(name)
    until(lambda: context.client.partitions(name), "the third topic is there")
    context.produce(name, [Record(value=name.encode())])
    until(lambda: read() == set(topics), "the topic that came later is read")
    pump.close()
    for name in topics:
        context.client.delete_topic(name)
    return "a topic made later is joined"


@check("groups/new partitions of a subscribed topic")
def new_partitions(context):
    topic = context.topic()
    pump = context.pump(context.unique("group"), [topic])
    until(lambda: pump.assignment == _all(topic, 1), "the member has the partition")
    context.client.create_partitions(topic, 3)
    until(lambda: pump.assignment == _all(topic, 3), "the member has the new partitions")
    return "assigned without being asked"


@check("groups/where a new group begins")
def reset(context):
    topic = context.topic()
    context.produce(topic, [Record(value=b"old")] * 3)
    early = context.pump(context.unique("early"), [topic], reset="earliest")
    late = context.pump(context.unique("late"), [topic], reset="latest")
    until(lambda: len(early.records) == 3, "earliest reads from the beginning")
    until(lambda: late.assignment, "latest has joined")
    # Where the second begins is known only when it has asked for the end.
    deadline = time.monotonic() + 20
    count = 0
    while not late.records and time.monotonic() < deadline:
        context.produce(topic, [Record(value=b"new")])
        count += 1
        time.sleep(0.2)
    true(late.records, "latest never read a new record")
    equal({record.value for record in late.records}, {b"new"}, "what latest read")
    until(lambda: len(early.records) == 3 + count, "earliest reads on")
    return "earliest: the first record; latest: only new ones"


@check("groups/offset that is gone")
def gone(context):
    topic = context.topic()
    context.produce(topic, [Record(value=b"%d" % index) for index in range(10)])
    group = context.unique("group")
    member = context.member(group, [topic], subscribe=False)
    member.commit({(topic, 0): 2})
    context.client.delete_records(topic, 0, 6)
    pump = context.pump(group, [topic])
    until(lambda: len(pump.records) == 4, "what remains is read")
    equal([record.offset for record in pump.records], [6, 7, 8, 9], "offsets")
    return "the reader starts at the first that remains"


@check("groups/members come and go under load", slow=True)
def storm(context):
    topic = context.topic(partitions=6)
    group = context.unique("group")
    total = 3000
    producer = context.producer(linger_ms=5)
    sent = 0
    members, gone_ones = [], []

    def add():
        members.append(context.pump(group, [topic]))

    def remove():
        leaving = members.pop(0)
        leaving.close()
        gone_ones.append(leaving)

    for step in (add, add, add, remove, add, remove):
        step()
        for _ in range(total // 6):
            producer.send(topic, Record(value=b"%d" % sent), sent % 6)
            sent += 1
        producer.flush()
        until(lambda: _shared(members, topic, 6), f"{len(members)} members share the partitions")

    def seen():
        values = {int(record.value) for pump in members + gone_ones for record in pump.records}
        return len(values) == total

    until(seen, "every record is read by some member")
    return f"{total} records, 6 changes of membership, none lost"
