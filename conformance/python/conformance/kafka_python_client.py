"""kafka-python 2.2 and 3.0 behind `Client`. The two differ in their admin client; nothing else here depends on which it is."""

import re
import threading
import time

import kafka
from kafka import ConsumerRebalanceListener, KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka import errors as kafka_errors
from kafka.admin import ConfigResource, NewPartitions, NewTopic
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from kafka.structs import OffsetAndMetadata

from .client import Client, Delivery, KafkaFailure, Member, Producer, Record, Unsupported
from .environment import Environment
from .names import error_name

MODERN = int(kafka.__version__.split(".")[0]) >= 3
OWN_SOURCE = {1, "DYNAMIC_TOPIC_CONFIG"}


def failure(exception) -> KafkaFailure:
    kind = exception if isinstance(exception, type) else type(exception)
    number = getattr(kind, "errno", None)
    if isinstance(number, int) and (number > 0 or kind is kafka_errors.UnknownError):
        return KafkaFailure(error_name(number), str(exception)[:200])
    wrapped = re.search(r"\[Error (\d+)\]", str(exception))
    if wrapped:
        return KafkaFailure(error_name(int(wrapped.group(1))), str(exception)[:200])
    return KafkaFailure("_" + kind.__name__, str(exception)[:200])


def asked(call):
    try:
        return call()
    except kafka_errors.KafkaError as exception:
        raise failure(exception) from exception


def configuration(environment: Environment) -> dict:
    security = environment.security
    keys = {
        "bootstrap_servers": environment.bootstrap,
        "security_protocol": security.protocol,
        "sasl_mechanism": security.mechanism,
        "sasl_plain_username": security.username,
        "sasl_plain_password": security.password,
        "ssl_cafile": security.authority,
        "ssl_certfile": security.certificate,
        "ssl_keyfile": security.key,
        "ssl_password": security.key_password,
        "ssl_check_hostname": security.check_name,
    }
    return {key: value for key, value in keys.items() if value is not None}


class PythonDelivery(Delivery):
    def __init__(self, future):
        self._future = future

    def result(self, timeout: float = 30):
        found = asked(lambda: self._future.get(timeout=timeout))
        return found.partition, found.offset


class PythonProducer(Producer):
    def __init__(self, keys: dict):
        self._native = asked(lambda: KafkaProducer(**keys))

    def send(self, topic, record, partition=None):
        return PythonDelivery(asked(lambda: self._native.send(
            topic, value=record.value, key=record.key, headers=list(record.headers), partition=partition,
            timestamp_ms=record.timestamp,
        )))

    def flush(self, timeout=30):
        asked(lambda: self._native.flush(timeout))

    def init(self):
        asked(self._native.init_transactions)

    def begin(self):
        asked(self._native.begin_transaction)

    def send_offsets(self, offsets, member):
        positions = {TopicPartition(*place): _offset(offset) for place, offset in offsets.items()}
        group = member.native.group_metadata() if MODERN else member.group
        asked(lambda: self._native.send_offsets_to_transaction(positions, group))

    def commit(self):
        asked(self._native.commit_transaction)

    def abort(self):
        asked(self._native.abort_transaction)

    def close(self):
        self._native.close(timeout=0.5)


def _offset(offset: int, metadata: str = "") -> OffsetAndMetadata:
    return OffsetAndMetadata(offset, metadata, -1)


def record_of(message) -> Record:
    record = Record(
        key=message.key, value=message.value, headers=list(message.headers), timestamp=message.timestamp,
        timestamp_type="append" if message.timestamp_type == 1 else "create", partition=message.partition,
        offset=message.offset,
    )
    record.topic = message.topic
    return record


class PythonMember(Member, ConsumerRebalanceListener):
    def __init__(self, keys: dict, topics, pattern, subscribe: bool):
        self.events = []
        self.group = keys["group_id"]
        self.native = asked(lambda: KafkaConsumer(**keys))
        if subscribe:
            self.native.subscribe(topics=topics if not pattern else (), pattern=pattern, listener=self)

    @staticmethod
    def _set(partitions):
        return {(each.topic, each.partition) for each in partitions or ()}

    def on_partitions_assigned(self, assigned):
        self.events.append(("assigned", self._set(assigned)))

    def on_partitions_revoked(self, revoked):
        self.events.append(("revoked", self._set(revoked)))

    def on_partitions_lost(self, lost):
        self.events.append(("lost", self._set(lost)))

    def poll(self, seconds):
        # kafka-python forgets an assignment that arrives after the poll that asked for it has timed out: give it the time.
        # What has been fetched ends a poll at once.
        found = asked(lambda: self.native.poll(timeout_ms=int(max(seconds, 1.5) * 1000)))
        return [record_of(message) for messages in found.values() for message in messages]

    def assignment(self):
        return self._set(self.native.assignment())

    def commit(self, offsets=None, metadata=""):
        positions = None
        if offsets is not None:
            positions = {TopicPartition(*place): _offset(offset, metadata) for place, offset in offsets.items()}
        asked(lambda: self.native.commit(positions))

    def committed(self, topic, partition):
        found = asked(lambda: self.native.committed(TopicPartition(topic, partition), metadata=True))
        return None if found is None or found.offset < 0 else (found.offset, found.metadata or "")

    def close(self):
        self.native.close(autocommit=False)


class KafkaPythonClient(Client):
    def __init__(self, environment: Environment, name: str):
        self.name = name
        if not kafka.__version__.startswith(name.removeprefix("kafka-python-") + "."):
            raise SystemExit(f"conformance: asked for {name}, found kafka-python {kafka.__version__}")
        abilities = {"group offsets"}
        if not MODERN:
            # The newer one fills in what is not named before it asks.
            abilities |= {"replaced configs"}
        else:
            abilities |= {"cooperative", "static", "max timestamp", "incremental configs", "group states", "offset delete"}
        self.abilities = frozenset(abilities)
        self._environment = environment
        self._lock = threading.RLock()
        self._shared = None

    def _admin(self, call):
        """The admin client is not safe for threads; one at a time."""
        with self._lock:
            if self._shared is None:
                self._shared = asked(lambda: KafkaAdminClient(**configuration(self._environment)))
            return asked(lambda: call(self._shared))

    def producer(self, codec="none", acks="all", idempotent=False, transactional_id=None, timeout_ms=None, linger_ms=5,
                 max_bytes=None, batch_bytes=None):
        keys = configuration(self._environment)
        keys.update({
            "compression_type": None if codec == "none" else codec, "acks": acks if acks == "all" else int(acks),
            "linger_ms": linger_ms, "enable_idempotence": idempotent or transactional_id is not None,
            "max_block_ms": 20000, "request_timeout_ms": 15000, "delivery_timeout_ms": 20000,
        })
        if transactional_id is not None:
            keys["transactional_id"] = transactional_id
            keys["transaction_timeout_ms"] = timeout_ms or 60000
        if max_bytes is not None:
            keys["max_request_size"] = max_bytes
        if batch_bytes is not None:
            keys["batch_size"] = batch_bytes
        return PythonProducer(keys)

    def _strategy(self, name: str):
        if name == "range":
            return RangePartitionAssignor
        if name == "roundrobin":
            return RoundRobinPartitionAssignor
        if name == "cooperative-sticky" and MODERN:
            from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor

            return CooperativeStickyAssignor
        raise Unsupported(f"{self.name} has no assignor {name}")

    def member(self, group, topics, strategy="range", instance=None, isolation="read_committed", reset="earliest",
               pattern=None, subscribe=True):
        keys = configuration(self._environment)
        keys.update({
            "group_id": group, "partition_assignment_strategy": [self._strategy(strategy)], "isolation_level": isolation,
            "auto_offset_reset": reset, "enable_auto_commit": False, "session_timeout_ms": 6000,
            "heartbeat_interval_ms": 300, "fetch_max_wait_ms": 100, "metadata_max_age_ms": 1000,
        })
        if instance is not None:
            if not MODERN:
                raise Unsupported("kafka-python 2.2 has no static members")
            keys["group_instance_id"] = instance
        return PythonMember(keys, topics, pattern, subscribe)

    def _reader(self, isolation, max_bytes=None):
        keys = configuration(self._environment)
        keys.update({
            "group_id": None, "isolation_level": isolation, "enable_auto_commit": False, "auto_offset_reset": "none",
            "fetch_max_wait_ms": 100, "check_crcs": True,
        })
        if max_bytes is not None:
            keys["max_partition_fetch_bytes"] = max_bytes
        return asked(lambda: KafkaConsumer(**keys))

    def read(self, topic, partition=0, start=0, isolation="read_uncommitted", max_bytes=None):
        consumer = self._reader(isolation, max_bytes)
        place = TopicPartition(topic, partition)
        records = []
        deadline = time.monotonic() + 30
        try:
            consumer.assign([place])
            consumer.seek(place, start)
            end = asked(lambda: consumer.end_offsets([place])[place])
            while time.monotonic() < deadline:
                if asked(lambda: consumer.position(place)) >= end:
                    return records
                found = asked(lambda: consumer.poll(timeout_ms=200))
                records += [record_of(message) for message in found.get(place, [])]
            raise KafkaFailure(
                "_NO_ANSWER", f"the end {end} of {topic}-{partition} was not reached, position {consumer.position(place)}"
            )
        finally:
            consumer.close(autocommit=False)

    def offset(self, topic, partition, at, isolation="read_uncommitted"):
        place = TopicPartition(topic, partition)
        if at == "max":
            if not MODERN:
                raise Unsupported("kafka-python 2.2 cannot ask for the greatest timestamp")
            from kafka.admin import OffsetSpec

            return self._admin(lambda admin: admin.list_partition_offsets({place: OffsetSpec.MAX_TIMESTAMP}))[place].offset
        consumer = self._reader(isolation)
        try:
            if at == "earliest":
                return asked(lambda: consumer.beginning_offsets([place])[place])
            if at == "latest":
                return asked(lambda: consumer.end_offsets([place])[place])
            found = asked(lambda: consumer.offsets_for_times({place: at}))[place]
            return -1 if found is None else found.offset
        finally:
            consumer.close(autocommit=False)

    def refusal(self):
        keys = configuration(self._environment)
        keys.update({"bootstrap_timeout_ms" if MODERN else "api_version_auto_timeout_ms": 3000})
        try:
            KafkaAdminClient(**keys).close()
        except kafka_errors.KafkaError as error:
            return type(error).__name__
        return None

    def close(self):
        if self._shared is not None:
            self._shared.close()

    def create_topic(self, name, partitions=1, replicas=None, configs=None, validate_only=False):
        try:
            topic = NewTopic(
                name=name, num_partitions=partitions,
                replication_factor=self._environment.replicas if replicas is None else replicas,
                topic_configs=dict(configs or {}),
            )
        except kafka_errors.IllegalArgumentError as error:
            raise Unsupported(f"{self.name} does not send it: {error}") from error
        self._admin(lambda admin: admin.create_topics([topic], validate_only=validate_only))

    def delete_topic(self, name):
        self._admin(lambda admin: admin.delete_topics([name]))

    def partitions(self, name):
        found = self._admin(lambda admin: admin.describe_topics([name]))
        return sorted(
            (partition.get("partition", partition.get("partition_index")), partition.get("leader", partition.get("leader_id")))
            for topic in found
            if topic["error_code"] == 0
            for partition in topic["partitions"]
        )

    def create_partitions(self, name, total):
        self._admin(lambda admin: admin.create_partitions({name: NewPartitions(total)}))

    def topic_configs(self, name):
        resource = ConfigResource("TOPIC", name)
        if MODERN:
            entries = self._admin(lambda admin: admin.describe_configs([resource], config_filter="all"))["topic"][name]
            return {key: (entry["value"], entry["config_source"] in OWN_SOURCE) for key, entry in entries.items()}
        (response,) = self._admin(lambda admin: admin.describe_configs([resource]))
        error, message, _, _, entries = response.resources[0]
        if error:
            raise KafkaFailure(error_name(error), message or "")
        # name, value, read only, source, sensitive, synonyms
        return {entry[0]: (entry[1], entry[3] in OWN_SOURCE) for entry in entries}

    def replace_configs(self, name, configs):
        if MODERN:
            self._altered(name, lambda admin: admin.alter_configs(
                [ConfigResource("TOPIC", name, configs)], raise_on_unknown=False, incremental=False
            ))
            return
        response = self._admin(lambda admin: admin.alter_configs([ConfigResource("TOPIC", name, configs)]))
        error, message = response.resources[0][:2]
        if error:
            raise KafkaFailure(error_name(error), message or "")

    def change_configs(self, name, changes):
        if not MODERN:
            raise Unsupported("kafka-python 2.2 has no IncrementalAlterConfigs")
        configs = {key: (kind.upper(), value) for kind, key, value in changes}
        self._altered(name, lambda admin: admin.alter_configs(
            [ConfigResource("TOPIC", name, configs)], raise_on_unknown=False, incremental=True
        ))

    def _altered(self, name, call):
        """kafka-python 3 answers with text: `[Error 40] InvalidConfigurationError: …`."""
        text = self._admin(call)["topic"][name]
        if text == "OK":
            return
        for kind in vars(kafka_errors).values():
            if isinstance(kind, type) and isinstance(getattr(kind, "errno", None), int) and kind.__name__ in text:
                if kind.errno > 0:
                    raise KafkaFailure(error_name(kind.errno), text)
        raise KafkaFailure("_UNKNOWN", text)

    def delete_records(self, topic, partition, before):
        place = TopicPartition(topic, partition)
        found = self._admin(lambda admin: admin.delete_records({place: before}))
        return found[place]["low_watermark"]

    def cluster(self):
        found = self._admin(lambda admin: admin.describe_cluster())
        brokers = [broker.get("broker_id", broker.get("node_id")) for broker in found["brokers"]]
        return found["cluster_id"], brokers, found["controller_id"]

    def groups(self, state=None):
        if MODERN:
            found = self._admin(lambda admin: admin.list_groups(states_filter=[state] if state else None))
            return {each["group_id"] for each in found}
        if state:
            raise Unsupported("kafka-python 2.2 cannot list groups by state")
        return {each[0] for each in self._admin(lambda admin: admin.list_consumer_groups())}

    def group(self, group):
        if MODERN:
            found = self._admin(lambda admin: admin.describe_groups([group]))[group]
            if found["error"]:
                if "GroupIdNotFound" in found["error"]:
                    return "Dead", "", []
                raise KafkaFailure("_UNKNOWN", found["error"])
            members = [
                (member["group_instance_id"], _assigned(member["member_assignment"])) for member in found["members"]
            ]
            return found["group_state"], found["protocol_data"], members
        (found,) = self._admin(lambda admin: admin.describe_consumer_groups([group]))
        members = []
        for member in found.members:
            assignment = member.member_assignment
            pairs = assignment.assignment if assignment else []
            members.append((None, {(topic, partition) for topic, partitions in pairs for partition in partitions}))
        return found.state, found.protocol, members

    def delete_group(self, group):
        if MODERN:
            found = self._admin(lambda admin: admin.delete_groups([group]))
            outcome = found[group]
            if outcome == "OK":
                return
            for kind in vars(kafka_errors).values():
                if isinstance(kind, type) and getattr(kind, "errno", None) and kind.__name__ in str(outcome):
                    raise failure(kind)
            raise KafkaFailure("_UNKNOWN", str(outcome))
        ((_, error),) = self._admin(lambda admin: admin.delete_consumer_groups([group]))
        if error is not kafka_errors.NoError:
            raise failure(error)

    def group_offsets(self, group):
        if MODERN:
            found = self._admin(lambda admin: admin.list_group_offsets({group: None}))[group]
        else:
            found = self._admin(lambda admin: admin.list_consumer_group_offsets(group))
        return {(place.topic, place.partition): each.offset for place, each in found.items() if each.offset >= 0}

    def change_group_offsets(self, group, offsets):
        if not MODERN:
            raise Unsupported("kafka-python 2.2 cannot change a group's offsets")
        positions = {TopicPartition(*place): _offset(offset) for place, offset in offsets.items()}
        self._each(self._admin(lambda admin: admin.alter_group_offsets(group, positions)))

    def delete_group_offsets(self, group, partitions):
        if not MODERN:
            raise Unsupported("kafka-python 2.2 has no OffsetDelete")
        places = [TopicPartition(*place) for place in partitions]
        self._each(self._admin(lambda admin: admin.delete_group_offsets(group, places)))

    @staticmethod
    def _each(results):
        for error in results.values():
            if error is not kafka_errors.NoError:
                raise failure(error)


def _assigned(assignment):
    pairs = (assignment or {}).get("assigned_partitions", []) if isinstance(assignment, dict) else []
    return {(each["topic"], partition) for each in pairs for partition in each["partitions"]}
