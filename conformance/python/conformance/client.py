"""What every client library is asked for: one small face, so that each check is written once."""

from dataclasses import dataclass, field


@dataclass
class Record:
    """A record as a client wrote or read it."""

    key: bytes | None = None
    value: bytes | None = None
    headers: list[tuple[str, bytes | None]] = field(default_factory=list)
    timestamp: int | None = None
    # `create` or `append`; set when read.
    timestamp_type: str | None = None
    partition: int = 0
    offset: int | None = None

    def content(self):
        """What a reader has to get back unchanged."""
        return (self.key, self.value, [tuple(header) for header in self.headers])


class KafkaFailure(Exception):
    """An error the broker answered, under Kafka's name; a client's own begins with an underscore."""

    def __init__(self, name: str, detail: str = ""):
        super().__init__(f"{name} {detail}".strip())
        self.name = name


class Unsupported(Exception):
    """This client library cannot ask for that; the check is skipped, not passed."""


class Delivery:
    """What became of a record that was sent."""

    def result(self, timeout: float = 30) -> tuple[int, int]:
        """Partition and offset, when the broker has acknowledged; raises `KafkaFailure`."""
        raise NotImplementedError


class Producer:
    """A producer; transactional when made with an id."""

    def send(self, topic: str, record: Record, partition: int | None = None) -> Delivery:
        raise NotImplementedError

    def flush(self, timeout: float = 30) -> None:
        raise NotImplementedError

    def init(self) -> None:
        raise NotImplementedError

    def begin(self) -> None:
        raise NotImplementedError

    def send_offsets(self, offsets: dict[tuple[str, int], int], member: "Member") -> None:
        raise NotImplementedError

    def commit(self) -> None:
        raise NotImplementedError

    def abort(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class Member:
    """A member of a consumer group. Used by one thread only."""

    # ("assigned" | "revoked", set of (topic, partition)), in order.
    events: list

    def poll(self, seconds: float) -> list[Record]:
        raise NotImplementedError

    def assignment(self) -> set[tuple[str, int]]:
        raise NotImplementedError

    def commit(self, offsets: dict[tuple[str, int], int] | None = None, metadata: str = "") -> None:
        raise NotImplementedError

    def committed(self, topic: str, partition: int) -> tuple[int, str] | None:
        """Offset and metadata; `None` where nothing was committed."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class Client:
    """One client library against one broker."""

    name = ""
    # What not every library can do: see `@check(needs=…)`.
    abilities: frozenset[str] = frozenset()

    def producer(self, **options) -> Producer:
        """Options: `codec`, `acks`, `idempotent`, `transactional_id`, `timeout_ms` (of transactions), `linger_ms`,
        `max_bytes`, `batch_bytes`."""
        raise NotImplementedError

    def member(self, group: str, topics: list[str], **options) -> Member:
        """Options: `strategy` (`range`, `roundrobin`, `cooperative-sticky`), `instance`, `isolation`, `reset`,
        `pattern`, `subscribe` (false: only commits and fetches offsets)."""
        raise NotImplementedError

    def read(self, topic: str, partition: int = 0, start: int = 0, isolation: str = "read_uncommitted", **options):
        """All records from `start` to the end as `isolation` sees it. `max_bytes`: of one fetch of a partition."""
        raise NotImplementedError

    def offset(self, topic: str, partition: int, at, isolation: str = "read_uncommitted") -> int:
        """`at`: `earliest`, `latest`, `max` (of the greatest timestamp) or a time in ms; -1 where there is none."""
        raise NotImplementedError

    def close(self) -> None:
        """Closes what is shared: the admin client."""

    def refusal(self) -> str | None:
        """Why the broker does not let this client in, in the library's own word; `None` when it does."""
        raise NotImplementedError

    # Topics.

    def create_topic(self, name, partitions=1, replicas=None, configs=None, validate_only=False) -> None:
        raise NotImplementedError

    def delete_topic(self, name: str) -> None:
        raise NotImplementedError

    def partitions(self, name: str) -> list[tuple[int, int]]:
        """(partition, leader) as metadata has them; empty for an unknown topic."""
        raise NotImplementedError

    def create_partitions(self, name: str, total: int) -> None:
        raise NotImplementedError

    def topic_configs(self, name: str) -> dict[str, tuple[str | None, bool]]:
        """Value and whether it is the topic's own (not a default), by name."""
        raise NotImplementedError

    def replace_configs(self, name: str, configs: dict[str, str]) -> None:
        """AlterConfigs: what is not named goes back to its default."""
        raise NotImplementedError

    def change_configs(self, name: str, changes: list[tuple[str, str, str | None]]) -> None:
        """IncrementalAlterConfigs: (`set` | `delete` | `append` | `subtract`, key, value)."""
        raise NotImplementedError

    def delete_records(self, topic: str, partition: int, before: int) -> int:
        """The first offset that remains. `before` -1: everything."""
        raise NotImplementedError

    def cluster(self) -> tuple[str, list[int], int]:
        """Cluster id, the brokers' ids, the controller's."""
        raise NotImplementedError

    # Groups.

    def groups(self, state: str | None = None) -> set[str]:
        raise NotImplementedError

    def group(self, group: str) -> tuple[str, str, list[tuple[str | None, set[tuple[str, int]]]]]:
        """State (`Stable`, `Empty`, …), assignor, members as (instance id, assignment)."""
        raise NotImplementedError

    def delete_group(self, group: str) -> None:
        raise NotImplementedError

    def group_offsets(self, group: str) -> dict[tuple[str, int], int]:
        raise NotImplementedError

    def change_group_offsets(self, group: str, offsets: dict[tuple[str, int], int]) -> None:
        raise NotImplementedError

    def delete_group_offsets(self, group: str, partitions: list[tuple[str, int]]) -> None:
        raise NotImplementedError
