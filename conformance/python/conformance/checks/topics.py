"""Topics: making, growing and deleting them, and the refusals."""

from ..registry import Record, check, equal, refused, true, until


@check("topics/create and describe")
def create(context):
    topic = context.topic(partitions=3)
    found = context.client.partitions(topic)
    equal([partition for partition, _ in found], [0, 1, 2], "partitions")
    return "3 partitions with leaders"


@check("topics/create one that exists")
def create_existing(context):
    topic = context.topic()
    with refused("TOPIC_ALREADY_EXISTS", what="creating it again"):
        context.client.create_topic(topic)
    return "TOPIC_ALREADY_EXISTS"


@check("topics/refused names")
def refused_names(context):
    for name in ("with/slash", "with space", "ümlaut", "x" * 250, ".", ".."):
        with refused("INVALID_TOPIC_EXCEPTION", what=f"the name {name[:20]}"):
            context.client.create_topic(name)
    return "INVALID_TOPIC_EXCEPTION for 6 names"


@check("topics/names that collide in metrics")
def colliding_names(context):
    topic = context.topic(what="a.b")
    with refused("INVALID_TOPIC_EXCEPTION", what="a name that differs by . and _"):
        context.client.create_topic(topic.replace("a.b", "a_b"))
    return "INVALID_TOPIC_EXCEPTION"


@check("topics/no partitions")
def no_partitions(context):
    with refused("INVALID_PARTITIONS", what="a topic without partitions"):
        context.client.create_topic(context.unique(), partitions=0)
    return "INVALID_PARTITIONS"


@check("topics/too many replicas")
def too_many_replicas(context):
    with refused("INVALID_REPLICATION_FACTOR", what="1000 replicas"):
        context.client.create_topic(context.unique(), replicas=1000)
    return "INVALID_REPLICATION_FACTOR"


@check("topics/refused configuration")
def refused_configuration(context):
    for key, value in (
        ("no.such.key", "1"), ("retention.ms", "soon"), ("cleanup.policy", "forget"), ("max.message.bytes", "-1"),
        ("compression.type", "rar"), ("message.timestamp.type", "Sometime"), ("min.cleanable.dirty.ratio", "2"),
        ("min.insync.replicas", "0"),
    ):
        with refused("INVALID_CONFIG", what=f"{key}={value}"):
            context.client.create_topic(context.unique(), configs={key: value})
    return "INVALID_CONFIG for 8 values"


@check("topics/validate only")
def validate_only(context):
    name = context.unique()
    context.client.create_topic(name, partitions=2, validate_only=True)
    with refused("INVALID_CONFIG", what="validating a bad configuration"):
        context.client.create_topic(name, configs={"retention.ms": "soon"}, validate_only=True)
    equal(context.client.partitions(name), [], "partitions of a topic that was only validated")
    return "nothing was created"


@check("topics/default partitions")
def default_partitions(context):
    name = context.unique()
    context.client.create_topic(name, partitions=-1, replicas=-1)
    count = until(lambda: len(context.client.partitions(name)), "the topic is there")
    context.client.delete_topic(name)
    true(count >= 1, "no partitions")
    return "the broker's own number of partitions"


@check("topics/delete")
def delete(context):
    name = context.unique()
    context.client.create_topic(name, partitions=2)
    until(lambda: len(context.client.partitions(name)) == 2, "the topic is there")
    context.client.delete_topic(name)
    until(lambda: not context.client.partitions(name), "the topic is gone")
    with refused("UNKNOWN_TOPIC_OR_PARTITION", what="deleting it again"):
        context.client.delete_topic(name)
    return "gone; then UNKNOWN_TOPIC_OR_PARTITION"


@check("topics/create again after deletion")
def recreate(context):
    name = context.unique()
    context.client.create_topic(name)
    until(lambda: context.client.partitions(name), "the topic is there")
    context.produce(name, [Record(value=b"of the first")])
    context.client.delete_topic(name)
    until(lambda: not context.client.partitions(name), "the topic is gone")
    context.client.create_topic(name)
    until(lambda: context.client.partitions(name), "the topic is there again")
    until(lambda: context.client.offset(name, 0, "latest") == 0, "the new topic is empty")
    equal(context.produce(name, [Record(value=b"of the second")]), [0], "first offset of the new topic")
    equal([record.value for record in context.client.read(name)], [b"of the second"], "records of the new topic")
    context.client.delete_topic(name)
    return "empty, from offset 0"


@check("topics/more partitions")
def grow(context):
    topic = context.topic(partitions=2)
    context.produce(topic, [Record(value=b"kept")], partition=1)
    context.client.create_partitions(topic, 5)
    until(lambda: len(context.client.partitions(topic)) == 5, "5 partitions")
    equal([record.value for record in context.client.read(topic, 1)], [b"kept"], "records of an old partition")
    until(lambda: all(leader >= 0 for _, leader in context.client.partitions(topic)), "leaders of the new partitions")
    equal(context.produce(topic, [Record(value=b"new")], partition=4), [0], "offset in a new partition")
    for total in (5, 3):
        with refused("INVALID_PARTITIONS", what=f"from 5 to {total} partitions"):
            context.client.create_partitions(topic, total)
    with refused("UNKNOWN_TOPIC_OR_PARTITION", what="partitions of an unknown topic"):
        context.client.create_partitions(context.unique("unknown"), 2)
    return "2 to 5; INVALID_PARTITIONS for 5 and 3"
