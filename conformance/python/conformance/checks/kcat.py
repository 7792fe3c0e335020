"""What kcat (librdkafka 2.0) sees."""

import json
import time

from ..environment import Security
from ..registry import KafkaFailure, Skipped, check, equal, true, until


@check("metadata")
def metadata(context):
    topic = context.topic(partitions=3)
    found = json.loads(context.client.run("-L", "-J", "-t", topic))
    (described,) = found["topics"]
    equal(described["topic"], topic, "topic")
    equal(sorted(each["partition"] for each in described["partitions"]), [0, 1, 2], "partitions")
    brokers = {each["id"] for each in found["brokers"]}
    true(all(each["leader"] in brokers for each in described["partitions"]), "a leader that is no broker")
    return f"3 partitions, {len(brokers)} broker(s)"


def _codec(codec):
    @check(f"produce and consume, {codec}")
    def body(context):
        topic = context.topic()
        options = [] if codec == "none" else ["-z", codec]
        feed = b"".join(b"k%d:value %d %s\n" % (index, index, b"x" * index) for index in range(200))
        context.client.run("-P", "-t", topic, "-p", "0", "-K", ":", "-H", "a=1", "-H", "b=zwei", *options, feed=feed)
        found = context.client.read(topic)
        equal([record.offset for record in found], list(range(200)), "offsets")
        equal([record.key for record in found], [b"k%d" % index for index in range(200)], "keys")
        equal(found[7].value, b"value 7 xxxxxxx", "a value")
        equal(found[199].headers, [("a", b"1"), ("b", b"zwei")], "headers")
        equal([record.offset for record in context.client.read(topic, start=150)], list(range(150, 200)), "from within a batch")
        return "200 records"


for _name in ("none", "gzip", "snappy", "lz4", "zstd"):
    _codec(_name)


@check("tombstones")
def tombstones(context):
    topic = context.topic(configs={"cleanup.policy": "compact"})
    context.client.run("-P", "-t", topic, "-p", "0", "-K", ":", "-Z", feed=b"a:1\na:\n")
    equal([(record.key, record.value) for record in context.client.read(topic)], [(b"a", b"1"), (b"a", None)], "records")
    return "null stays null"


@check("offsets for times")
def times(context):
    topic = context.topic()
    context.client.run("-P", "-t", topic, "-p", "0", feed=b"one\n")
    time.sleep(0.05)
    context.client.run("-P", "-t", topic, "-p", "0", feed=b"two\n")
    first, second = context.client.read(topic)
    true(first.timestamp < second.timestamp, "the second is not younger")

    def ask(at):
        answer = context.client.run("-Q", "-t", f"{topic}:0:{at}").decode()
        return int(answer.rsplit("offset", 1)[1].split()[0])

    equal([ask(first.timestamp), ask(first.timestamp + 1), ask(-2), ask(-1)], [0, 1, 0, 2], "offsets")
    found = context.client.lines("-C", "-t", topic, "-p", "0", "-o", f"s@{second.timestamp}", "-e")
    equal([line["payload"] for line in found], ["two"], "records from a time on")
    return "0, 1, 0 (beginning), 2 (end)"


@check("the last records")
def tail(context):
    topic = context.topic()
    context.client.run("-P", "-t", topic, "-p", "0", feed=b"".join(b"%d\n" % index for index in range(20)))
    found = context.client.lines("-C", "-t", topic, "-p", "0", "-o", "-5", "-e")
    equal([line["offset"] for line in found], [15, 16, 17, 18, 19], "offsets")
    return "5 of 20"


@check("group")
def group(context):
    topic = context.topic(partitions=2)
    name = context.unique("group")
    for partition in ("0", "1"):
        context.client.run("-P", "-t", topic, "-p", partition, feed=b"a\nb\n")
    arguments = ("-G", name, topic, "-e", "-X", "auto.offset.reset=earliest", "-J")
    first = context.client.run(*arguments).splitlines()
    equal(len(first), 4, "records of the first run")
    context.client.run("-P", "-t", topic, "-p", "1", feed=b"c\n")
    second = [json.loads(line)["payload"] for line in context.client.run(*arguments).splitlines()]
    equal(second, ["c"], "records of the second run")
    return "the second run goes on where the first ended"


@check("idempotent producer")
def idempotent(context):
    topic = context.topic()
    feed = b"".join(b"%d\n" % index for index in range(500))
    context.client.run("-P", "-t", topic, "-p", "0", "-X", "enable.idempotence=true", feed=feed)
    equal([record.value for record in context.client.read(topic)], [b"%d" % index for index in range(500)], "records")
    return "500 records in order"


@check("transactional producer")
def transactional(context):
    topic = context.topic()
    name = context.unique("id")
    for value in (b"one\n", b"two\n"):
        context.client.run("-P", "-t", topic, "-p", "0", "-X", f"transactional.id={name}", feed=value)
    until(
        lambda: [record.value for record in context.client.read(topic, isolation="read_committed")] == [b"one", b"two"],
        "both are committed",
    )
    equal([record.offset for record in context.client.read(topic)], [0, 2], "offsets, with a marker after each")
    return "two runs with one id"


def _door(name, listener, security):
    @check(f"security/{name}")
    def body(context):
        listeners = context.environment.listeners
        address = getattr(listeners, listener)
        if address is None:
            raise Skipped(f"the environment names no such listener (CONNECT_CONFORMANCE_{listener.upper()})")
        topic = context.topic()
        way = security(listeners)
        context.client.run("-P", "-t", topic, "-p", "0", feed=b"in\n", bootstrap=address, security=way)
        equal([record.value for record in context.client.read(topic)], [b"in"], "records")
        if way.password is not None:
            wrong = Security(**{**vars(way), "password": "not the password"})
            try:
                context.client.run("-L", "-m", "3", bootstrap=address, security=wrong)
            except KafkaFailure:
                return "authenticated; refused with a wrong password"
            raise AssertionError("a wrong password got in")
        return "encrypted"


for _mechanism in ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"):
    _door(f"SASL {_mechanism}", "sasl", lambda listeners, mechanism=_mechanism: Security(
        protocol="SASL_PLAINTEXT", mechanism=mechanism, username=listeners.username, password=listeners.password,
    ))
_door("TLS", "tls", lambda listeners: Security(protocol="SSL", authority=listeners.authority))
