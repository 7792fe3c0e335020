"""confluent-kafka, that is librdkafka, behind `Client`."""

import threading
import time

from confluent_kafka import (
    OFFSET_INVALID,
    TIMESTAMP_LOG_APPEND_TIME,
    Consumer,
    ConsumerGroupState,
    ConsumerGroupTopicPartitions,
    IsolationLevel,
    KafkaError,
    KafkaException,
    TopicPartition,
)
from confluent_kafka import Producer as NativeProducer
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
)

from .client import Client, Delivery, KafkaFailure, Member, Producer, Record, Unsupported
from .environment import Environment
from .names import error_name

TIMEOUT = 20
OPERATIONS = {
    "set": AlterConfigOpType.SET,
    "delete": AlterConfigOpType.DELETE,
    "append": AlterConfigOpType.APPEND,
    "subtract": AlterConfigOpType.SUBTRACT,
}
STATES = {
    ConsumerGroupState.STABLE: "Stable",
    ConsumerGroupState.EMPTY: "Empty",
    ConsumerGroupState.DEAD: "Dead",
    ConsumerGroupState.PREPARING_REBALANCING: "PreparingRebalance",
    ConsumerGroupState.COMPLETING_REBALANCING: "CompletingRebalance",
}


def failure(error: KafkaError) -> KafkaFailure:
    """librdkafka's error under Kafka's name; its own errors (negative numbers) keep librdkafka's."""
    return KafkaFailure(error_name(error.code()) if error.code() > -2 else error.name(), error.str())


def asked(call):
    """Runs a call of the library, its exceptions turned into `KafkaFailure`."""
    try:
        return call()
    except KafkaException as exception:
        raise failure(exception.args[0]) from exception
    except SystemError as exception:
        # The library throws a fatal error from wherever it is at that moment, also from within a callback of ours.
        if isinstance(exception.__cause__, KafkaException):
            raise failure(exception.__cause__.args[0]) from exception
        raise


def configuration(environment: Environment, **more) -> dict:
    security = environment.security
    keys = {
        "bootstrap.servers": environment.bootstrap,
        "security.protocol": security.protocol,
        "log_level": 0,
        "topic.metadata.refresh.interval.ms": 1000,
        "reconnect.backoff.ms": 20,
    }
    optional = {
        "sasl.mechanism": security.mechanism,
        "sasl.username": security.username,
        "sasl.password": security.password,
        "ssl.ca.location": security.authority,
        "ssl.certificate.location": security.certificate,
        "ssl.key.location": security.key,
        "ssl.key.password": security.key_password,
    }
    keys.update({key: value for key, value in optional.items() if value is not None})
    if not security.check_name:
        keys["ssl.endpoint.identification.algorithm"] = "none"
    keys.update(more)
    return keys


def record_of(message) -> Record:
    kind, timestamp = message.timestamp()
    return Record(
        key=message.key(),
        value=message.value(),
        headers=message.headers() or [],
        timestamp=timestamp,
        timestamp_type="append" if kind == TIMESTAMP_LOG_APPEND_TIME else "create",
        partition=message.partition(),
        offset=message.offset(),
    )


class ConfluentDelivery(Delivery):
    def __init__(self, producer):
        self._producer = producer
        self._outcome = None

    def done(self, error, message) -> None:
        self._outcome = (error, message)

    def result(self, timeout: float = 30):
        deadline = time.monotonic() + timeout
        while self._outcome is None:
            asked(lambda: self._producer.poll(0.05))
            if time.monotonic() > deadline:
                raise KafkaFailure("_NO_ANSWER", "the record was neither acknowledged nor refused")
        error, message = self._outcome
        if error is not None:
            raise failure(error)
        return message.partition(), message.offset()


class ConfluentProducer(Producer):
    def __init__(self, keys: dict):
        self._native = asked(lambda: NativeProducer(keys))

    def send(self, topic, record, partition=None):
        delivery = ConfluentDelivery(self._native)
        options = {}
        if partition is not None:
            options["partition"] = partition
        if record.timestamp is not None:
            options["timestamp"] = record.timestamp
        while True:
            try:
                self._native.produce(
                    topic,
                    value=record.value,
                    key=record.key,
                    headers=record.headers or None,
                    on_delivery=delivery.done,
                    **options,
                )
                return delivery
            except BufferError:
                self._native.poll(0.05)
            except KafkaException as exception:
                raise failure(exception.args[0]) from exception

    def flush(self, timeout=30):
        left = asked(lambda: self._native.flush(timeout))
        if left:
            raise KafkaFailure("_NO_ANSWER", f"{left} records were neither acknowledged nor refused")

    def init(self):
        asked(lambda: self._native.init_transactions(TIMEOUT))

    def begin(self):
        asked(self._native.begin_transaction)

    def send_offsets(self, offsets, member):
        positions = [TopicPartition(topic, partition, offset) for (topic, partition), offset in offsets.items()]
        asked(lambda: self._native.send_offsets_to_transaction(positions, member.native.consumer_group_metadata(), TIMEOUT))

    def commit(self):
        asked(lambda: self._native.commit_transaction(TIMEOUT))

    def abort(self):
        asked(lambda: self._native.abort_transaction(TIMEOUT))

    def close(self):
        # Nothing more is sent: a transaction left open stays open, as after a crash.
        asked(self._native.purge)
        asked(lambda: self._native.flush(0.1))


class ConfluentMember(Member):
    def __init__(self, keys: dict, topics: list[str], subscribe: bool):
        self.events = []
        self.native = asked(lambda: Consumer(keys))
        if subscribe:
            asked(lambda: self.native.subscribe(topics, on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._lost))

    @staticmethod
    def _set(partitions):
        return {(each.topic, each.partition) for each in partitions}

    def _assigned(self, _, partitions):
        self.events.append(("assigned", self._set(partitions)))

    def _revoked(self, _, partitions):
        self.events.append(("revoked", self._set(partitions)))

    def _lost(self, _, partitions):
        self.events.append(("lost", self._set(partitions)))

    def poll(self, seconds):
        records = []
        for message in asked(lambda: self.native.consume(500, seconds)):
            if message.error() is None:
                record = record_of(message)
                record.topic = message.topic()
                records.append(record)
            elif message.error().fatal() or message.error().code() > 0 or not message.error().retriable():
                raise failure(message.error())
        return records

    def assignment(self):
        return self._set(self.native.assignment())

    def commit(self, offsets=None, metadata=""):
        if offsets is None:
            results = asked(lambda: self.native.commit(asynchronous=False))
        else:
            positions = [TopicPartition(topic, partition, offset, metadata) for (topic, partition), offset in offsets.items()]
            results = asked(lambda: self.native.commit(offsets=positions, asynchronous=False))
        for each in results:
            if each.error is not None:
                raise failure(each.error)

    def committed(self, topic, partition):
        found = asked(lambda: self.native.committed([TopicPartition(topic, partition)], TIMEOUT))[0]
        if found.error is not None:
            raise failure(found.error)
        return None if found.offset == OFFSET_INVALID else (found.offset, found.metadata or "")

    def close(self):
        self.native.close()


class ConfluentClient(Client):
    name = "confluent"
    abilities = frozenset(
        {
            "cooperative", "static", "replaced configs", "null headers", "max timestamp", "incremental configs",
            "group offsets", "group states",
        }
    )

    def __init__(self, environment: Environment):
        self._environment = environment
        self._lock = threading.Lock()
        self._admin = None

    @property
    def admin(self) -> AdminClient:
        with self._lock:
            if self._admin is None:
                self._admin = AdminClient(configuration(self._environment))
            return self._admin

    def producer(self, codec="none", acks="all", idempotent=False, transactional_id=None, timeout_ms=None, linger_ms=5,
                 max_bytes=None, batch_bytes=None):
        keys = configuration(self._environment, **{
            "compression.type": codec, "acks": acks, "enable.idempotence": idempotent or transactional_id is not None,
            "linger.ms": linger_ms, "message.timeout.ms": 20000,
        })
        if transactional_id is not None:
            keys["transactional.id"] = transactional_id
            keys["transaction.timeout.ms"] = timeout_ms or 60000
            keys["message.timeout.ms"] = min(20000, timeout_ms or 60000)
        if max_bytes is not None:
            keys["message.max.bytes"] = max_bytes
        if batch_bytes is not None:
            keys["batch.size"] = batch_bytes
        return ConfluentProducer(keys)

    def member(self, group, topics, strategy="range", instance=None, isolation="read_committed", reset="earliest",
               pattern=None, subscribe=True):
        keys = configuration(self._environment, **{
            "group.id": group, "partition.assignment.strategy": strategy, "isolation.level": isolation,
            "auto.offset.reset": reset, "enable.auto.commit": False, "session.timeout.ms": 6000,
            "heartbeat.interval.ms": 300, "fetch.wait.max.ms": 100,
        })
        if instance is not None:
            keys["group.instance.id"] = instance
        return ConfluentMember(keys, ["^" + pattern] if pattern else topics, subscribe)

    def read(self, topic, partition=0, start=0, isolation="read_uncommitted", max_bytes=None):
        keys = configuration(self._environment, **{
            "group.id": "conformance-reads-without-group", "isolation.level": isolation, "enable.auto.commit": False,
            "enable.partition.eof": True, "auto.offset.reset": "error", "fetch.wait.max.ms": 100, "check.crcs": True,
        })
        if max_bytes is not None:
            keys["max.partition.fetch.bytes"] = max_bytes
        consumer = asked(lambda: Consumer(keys))
        records = []
        deadline = time.monotonic() + 30
        try:
            asked(lambda: consumer.assign([TopicPartition(topic, partition, start)]))
            while time.monotonic() < deadline:
                for message in consumer.consume(1000, 0.2):
                    error = message.error()
                    if error is None:
                        records.append(record_of(message))
                    elif error.code() == KafkaError._PARTITION_EOF:
                        return records
                    else:
                        raise failure(error)
            raise KafkaFailure("_NO_ANSWER", f"the end of {topic}-{partition} was not reached, {len(records)} records read")
        finally:
            consumer.close()

    def offset(self, topic, partition, at, isolation="read_uncommitted"):
        specs = {"earliest": OffsetSpec.earliest, "latest": OffsetSpec.latest, "max": OffsetSpec.max_timestamp}
        spec = specs[at]() if at in specs else OffsetSpec.for_timestamp(at)
        level = IsolationLevel.READ_COMMITTED if isolation == "read_committed" else IsolationLevel.READ_UNCOMMITTED
        position = TopicPartition(topic, partition)
        futures = asked(lambda: self.admin.list_offsets({position: spec}, isolation_level=level, request_timeout=TIMEOUT))
        return self._only(futures).offset

    def refusal(self):
        complaints = []
        keys = configuration(self._environment, error_cb=lambda error: complaints.append(error.name()))
        native = NativeProducer(keys)
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            native.poll(0.05)
            if complaints:
                return complaints[0]
            try:
                native.list_topics(timeout=0.1)
                return None
            except KafkaException:
                continue
        return "_TIMED_OUT"

    def close(self):
        self._admin = None

    @staticmethod
    def _only(futures):
        """The result of the only future."""
        (future,) = futures.values()
        return asked(lambda: future.result(TIMEOUT + 10))

    def _ask(self, call):
        try:
            futures = asked(call)
        except ValueError as error:
            raise Unsupported(f"confluent-kafka does not send it: {error}") from error
        return self._only(futures)

    def create_topic(self, name, partitions=1, replicas=None, configs=None, validate_only=False):
        topic = NewTopic(
            name, num_partitions=partitions, replication_factor=self._environment.replicas if replicas is None else replicas,
            config=dict(configs or {}),
        )
        try:
            self._ask(lambda: self.admin.create_topics([topic], validate_only=validate_only, request_timeout=TIMEOUT))
        except KafkaFailure as problem:
            if problem.name == "_INVALID_ARG":
                raise Unsupported(f"librdkafka does not send it: {problem}") from problem
            raise

    def delete_topic(self, name):
        self._ask(lambda: self.admin.delete_topics([name], request_timeout=TIMEOUT))

    def partitions(self, name):
        metadata = asked(lambda: self.admin.list_topics(timeout=TIMEOUT))
        topic = metadata.topics.get(name)
        if topic is None or topic.error is not None:
            return []
        return sorted((partition.id, partition.leader) for partition in topic.partitions.values())

    def create_partitions(self, name, total):
        self._ask(lambda: self.admin.create_partitions([NewPartitions(name, total)], request_timeout=TIMEOUT))

    @staticmethod
    def _resource(name, changes=None):
        return ConfigResource(ConfigResource.Type.TOPIC, name, incremental_configs=changes)

    def topic_configs(self, name):
        entries = self._ask(lambda: self.admin.describe_configs([self._resource(name)], request_timeout=TIMEOUT))
        return {
            key: (entry.value, entry.source == ConfigSource.DYNAMIC_TOPIC_CONFIG.value) for key, entry in entries.items()
        }

    def replace_configs(self, name, configs):
        resource = ConfigResource(ConfigResource.Type.TOPIC, name, set_config=configs)
        self._ask(lambda: self.admin.alter_configs([resource], request_timeout=TIMEOUT))

    def change_configs(self, name, changes):
        entries = [ConfigEntry(key, value, incremental_operation=OPERATIONS[kind]) for kind, key, value in changes]
        self._ask(
            lambda: self.admin.incremental_alter_configs([self._resource(name, entries)], request_timeout=TIMEOUT)
        )

    def delete_records(self, topic, partition, before):
        position = TopicPartition(topic, partition, before)
        return self._ask(lambda: self.admin.delete_records([position], request_timeout=TIMEOUT)).low_watermark

    def cluster(self):
        found = asked(lambda: self.admin.describe_cluster(request_timeout=TIMEOUT).result(TIMEOUT + 10))
        return found.cluster_id, [node.id for node in found.nodes], found.controller.id if found.controller else -1

    def groups(self, state=None):
        states = {known for known, name in STATES.items() if name == state}
        options = {"states": states} if states else {}
        found = asked(lambda: self.admin.list_consumer_groups(request_timeout=TIMEOUT, **options).result(TIMEOUT + 10))
        if found.errors:
            raise failure(found.errors[0].args[0])
        return {each.group_id for each in found.valid}

    def group(self, group):
        found = self._ask(lambda: self.admin.describe_consumer_groups([group], request_timeout=TIMEOUT))
        members = [
            (member.group_instance_id, {(each.topic, each.partition) for each in member.assignment.topic_partitions})
            for member in found.members
        ]
        return STATES.get(found.state, str(found.state)), found.partition_assignor, members

    def delete_group(self, group):
        self._ask(lambda: self.admin.delete_consumer_groups([group], request_timeout=TIMEOUT))

    def group_offsets(self, group):
        request = [ConsumerGroupTopicPartitions(group)]
        found = self._ask(lambda: self.admin.list_consumer_group_offsets(request, request_timeout=TIMEOUT))
        return {(each.topic, each.partition): each.offset for each in found.topic_partitions if each.offset >= 0}

    def change_group_offsets(self, group, offsets):
        positions = [TopicPartition(topic, partition, offset) for (topic, partition), offset in offsets.items()]
        request = [ConsumerGroupTopicPartitions(group, positions)]
        found = self._ask(lambda: self.admin.alter_consumer_group_offsets(request, request_timeout=TIMEOUT))
        for each in found.topic_partitions:
            if each.error is not None:
                raise failure(each.error)

    def delete_group_offsets(self, group, partitions):
        raise Unsupported("confluent-kafka has no call for OffsetDelete")
