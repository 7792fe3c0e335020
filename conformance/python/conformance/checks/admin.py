"""Administration: the cluster, configurations, deleted records, groups and their offsets."""

from ..registry import Record, Skipped, check, equal, refused, true, until


@check("admin/describe cluster")
def cluster(context):
    identifier, brokers, controller = context.client.cluster()
    true(identifier, "the cluster has no id")
    true(brokers, "the cluster has no brokers")
    true(controller in brokers, f"controller {controller} is none of the brokers {brokers}")
    equal(context.client.cluster()[0], identifier, "the cluster's id when asked again")
    return f"{len(brokers)} broker(s), one the controller"


@check("admin/describe configuration")
def describe(context):
    topic = context.topic(configs={"retention.ms": "123456789", "cleanup.policy": "compact"})
    found = context.client.topic_configs(topic)
    equal(found.get("retention.ms"), ("123456789", True), "retention.ms")
    equal(found.get("cleanup.policy"), ("compact", True), "cleanup.policy")
    for key in (
        "compression.type", "delete.retention.ms", "file.delete.delay.ms", "flush.messages", "flush.ms",
        "index.interval.bytes", "max.compaction.lag.ms", "max.message.bytes", "message.timestamp.after.max.ms",
        "message.timestamp.before.max.ms", "message.timestamp.type", "min.cleanable.dirty.ratio",
        "min.compaction.lag.ms", "min.insync.replicas", "preallocate", "retention.bytes", "segment.bytes",
        "segment.index.bytes", "segment.jitter.ms", "segment.ms", "unclean.leader.election.enable",
    ):
        true(key in found, f"{key} is missing")
        equal(found[key][1], False, f"{key} is the topic's own")
    equal(found["compression.type"][0], "producer", "compression.type")
    equal(found["message.timestamp.type"][0], "CreateTime", "message.timestamp.type")
    return f"{len(found)} keys, 2 of them the topic's own"


@check("admin/describe configuration of an unknown topic", only=["confluent", "kafka-python-2.2"])
def describe_unknown(context):
    with refused("UNKNOWN_TOPIC_OR_PARTITION", what="describing it"):
        context.client.topic_configs(context.unique("unknown"))
    return "UNKNOWN_TOPIC_OR_PARTITION"


def _own(context, topic):
    return {key: value for key, (value, own) in context.client.topic_configs(topic).items() if own}


@check("admin/replace configuration", needs=["replaced configs"])
def replace(context):
    topic = context.topic(configs={"retention.ms": "1000000", "max.message.bytes": "2000"})
    context.client.replace_configs(topic, {"retention.ms": "2000000", "cleanup.policy": "compact,delete"})
    until(
        lambda: _own(context, topic) == {"retention.ms": "2000000", "cleanup.policy": "compact,delete"},
        "what is not named goes back to its default",
    )
    for key, value in (("no.such.key", "1"), ("retention.ms", "soon")):
        with refused("INVALID_CONFIG", what=f"{key}={value}"):
            context.client.replace_configs(topic, {key: value})
    equal(_own(context, topic).get("retention.ms"), "2000000", "retention.ms after refusals")
    with refused("UNKNOWN_TOPIC_OR_PARTITION", what="an unknown topic"):
        context.client.replace_configs(context.unique("unknown"), {"retention.ms": "1"})
    return "AlterConfigs as a whole; INVALID_CONFIG"


@check("admin/change configuration", needs=["incremental configs"])
def change(context):
    topic = context.topic(configs={"retention.ms": "1000000", "max.message.bytes": "2000"})
    context.client.change_configs(topic, [("set", "retention.ms", "3000000"), ("append", "cleanup.policy", "compact")])
    until(
        lambda: _own(context, topic)
        == {"retention.ms": "3000000", "max.message.bytes": "2000", "cleanup.policy": "delete,compact"},
        "set and append",
    )
    context.client.change_configs(
        topic, [("delete", "max.message.bytes", None), ("subtract", "cleanup.policy", "delete")]
    )
    until(lambda: _own(context, topic) == {"retention.ms": "3000000", "cleanup.policy": "compact"}, "delete and subtract")
    for changes, what in (
        ([("set", "no.such.key", "1")], "an unknown key"), ([("set", "retention.ms", "soon")], "a bad value"),
        ([("append", "retention.ms", "1")], "appending to a number"),
    ):
        with refused("INVALID_CONFIG", what=what):
            context.client.change_configs(topic, changes)
    equal(_own(context, topic), {"retention.ms": "3000000", "cleanup.policy": "compact"}, "configuration after refusals")
    with refused("UNKNOWN_TOPIC_OR_PARTITION", what="an unknown topic"):
        context.client.change_configs(context.unique("unknown"), [("set", "retention.ms", "1")])
    return "set, delete, append, subtract; INVALID_CONFIG"


@check("admin/delete records")
def delete_records(context):
    topic = context.topic()
    context.produce(topic, [Record(value=b"%d" % index) for index in range(10)])
    equal(context.client.delete_records(topic, 0, 4), 4, "first offset after deleting before 4")
    equal(context.client.offset(topic, 0, "earliest"), 4, "earliest offset")
    equal([record.offset for record in context.client.read(topic, start=4)], list(range(4, 10)), "what remains")
    equal(context.client.delete_records(topic, 0, 2), 4, "first offset after deleting before 2")
    with refused("OFFSET_OUT_OF_RANGE", what="deleting beyond the end"):
        context.client.delete_records(topic, 0, 11)
    equal(context.client.delete_records(topic, 0, -1), 10, "first offset after deleting everything")
    equal(context.client.offset(topic, 0, "earliest"), 10, "earliest offset")
    equal(context.produce(topic, [Record(value=b"next")]), [10], "offset of the next record")
    return "before 4, then all; OFFSET_OUT_OF_RANGE beyond the end"


@check("admin/list and describe groups")
def groups(context):
    topic = context.topic(partitions=2)
    group = context.unique("group")
    pump = context.pump(group, [topic])
    until(lambda: len(pump.assignment) == 2, "the member has both partitions")
    true(group in context.client.groups(), "the group is not listed")
    state, assignor, members = context.client.group(group)
    equal((state, assignor), ("Stable", "range"), "state and assignor")
    equal([assigned for _, assigned in members], [{(topic, 0), (topic, 1)}], "assignment")
    pump.call(lambda member: member.commit({(topic, 0): 1}))
    pump.close()
    until(lambda: context.client.group(group)[0] == "Empty", "the group is empty")
    return "Stable with range, then Empty"


@check("admin/list groups by state", needs=["group states"])
def groups_by_state(context):
    topic = context.topic()
    group = context.unique("group")
    pump = context.pump(group, [topic])
    until(lambda: pump.assignment, "the member has the partition")
    until(lambda: group in context.client.groups("Stable"), "the group is listed as stable")
    true(group not in context.client.groups("Empty"), "a stable group is listed as empty")
    pump.call(lambda member: member.commit({(topic, 0): 1}))
    pump.close()
    until(lambda: group in context.client.groups("Empty"), "the group is listed as empty")
    return "Stable, then Empty"


@check("admin/delete groups")
def delete_group(context):
    topic = context.topic()
    group = context.unique("group")
    pump = context.pump(group, [topic])
    until(lambda: pump.assignment, "the member has the partition")
    pump.call(lambda member: member.commit({(topic, 0): 5}))
    with refused("NON_EMPTY_GROUP", what="deleting a group with a member"):
        context.client.delete_group(group)
    pump.close()
    until(lambda: context.client.group(group)[0] == "Empty", "the group is empty")
    context.client.delete_group(group)
    true(group not in context.client.groups(), "the deleted group is listed")
    equal(context.client.group_offsets(group), {}, "offsets of the deleted group")
    with refused("GROUP_ID_NOT_FOUND", what="deleting it again"):
        context.client.delete_group(group)
    return "NON_EMPTY_GROUP, then deleted, then GROUP_ID_NOT_FOUND"


@check("admin/group offsets", needs=["group offsets"])
def group_offsets(context):
    topic = context.topic(partitions=3)
    group = context.unique("group")
    if context.client.name == "kafka-python-2.2":
        raise Skipped("kafka-python 2.2 cannot change a group's offsets")
    context.client.change_group_offsets(group, {(topic, 0): 3, (topic, 2): 8})
    equal(context.client.group_offsets(group), {(topic, 0): 3, (topic, 2): 8}, "offsets")
    context.client.change_group_offsets(group, {(topic, 0): 1})
    equal(context.client.group_offsets(group), {(topic, 0): 1, (topic, 2): 8}, "offsets when changed")
    pump = context.pump(group, [topic])
    until(lambda: pump.assignment, "a member has joined")
    with refused("UNKNOWN_MEMBER_ID", what="changing the offsets of a group with a member"):
        context.client.change_group_offsets(group, {(topic, 0): 0})
    return "changed while empty; UNKNOWN_MEMBER_ID with a member"


@check("admin/delete group offsets", needs=["offset delete"])
def delete_offsets(context):
    topic, other = context.topic(partitions=2), context.topic(what="other")
    group = context.unique("group")
    context.client.change_group_offsets(group, {(topic, 0): 3, (topic, 1): 4, (other, 0): 5})
    pump = context.pump(group, [topic])
    until(lambda: pump.assignment, "a member has joined")
    with refused("GROUP_SUBSCRIBED_TO_TOPIC", what="deleting offsets of a topic that is read"):
        context.client.delete_group_offsets(group, [(topic, 0)])
    context.client.delete_group_offsets(group, [(other, 0)])
    equal(context.client.group_offsets(group), {(topic, 0): 3, (topic, 1): 4}, "offsets")
    pump.close()
    until(lambda: context.client.group(group)[0] == "Empty", "the group is empty")
    context.client.delete_group_offsets(group, [(topic, 0)])
    equal(context.client.group_offsets(group), {(topic, 1): 4}, "offsets")
    with refused("GROUP_ID_NOT_FOUND", what="offsets of an unknown group"):
        context.client.delete_group_offsets(context.unique("unknown"), [(topic, 0)])
    return "GROUP_SUBSCRIBED_TO_TOPIC while it is read; deleted when not"


@check("admin/deleted topics lose their group offsets", only=["confluent"])
def deleted_topic(context):
    topic = context.unique("doomed")
    context.client.create_topic(topic)
    until(lambda: context.client.partitions(topic), "the topic is there")
    kept = context.topic(what="kept")
    group = context.unique("group")
    context.client.change_group_offsets(group, {(topic, 0): 3, (kept, 0): 4})
    context.client.delete_topic(topic)
    until(lambda: context.client.group_offsets(group) == {(kept, 0): 4}, "only the other topic's offsets remain")
    return "removed with the topic"
