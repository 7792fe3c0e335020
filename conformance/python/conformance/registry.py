"""The list of checks, and what they are written with."""

import random
import re
import string
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Callable

from .client import Client, KafkaFailure, Record, Unsupported
from .environment import Environment

# Seconds to wait for what a broker does by and by: rebalances, metadata, deletion.
PATIENCE = 30


@dataclass(frozen=True)
class Check:
    name: str
    body: Callable
    needs: tuple[str, ...]
    only: tuple[str, ...]
    slow: bool


CHECKS: list[Check] = []


def check(name: str, needs=(), only=(), slow=False):
    """Registers a check. `needs`: abilities of the client. `only`: clients for which it is worth the time, where the
    broker and not the client is looked at. `slow` ones start first."""

    def register(body):
        CHECKS.append(Check(name, body, tuple(needs), tuple(only), slow))
        return body

    return register


class Failed(Exception):
    """The broker answered something else than Apache Kafka does."""


class Skipped(Exception):
    """The check cannot be made here; the reason is said aloud."""


class Context:
    """What one check works with: a client, names of its own, and what to clean up."""

    def __init__(self, client: Client, environment: Environment, name: str):
        self.client = client
        self.environment = environment
        self._hint = re.sub("[^A-Za-z0-9]+", "-", f"conf-{client.name}-{name}")
        self._closing: list[Callable] = []

    def unique(self, what: str = "") -> str:
        """A name nobody used before."""
        suffix = "".join(random.choices(string.ascii_lowercase + string.digits, k=8))
        return "-".join(part for part in (self._hint, what, suffix) if part)

    def topic(self, partitions: int = 1, configs=None, what: str = "") -> str:
        """A new topic, there when this returns, deleted after the check."""
        name = self.unique(what)
        self.client.create_topic(name, partitions=partitions, configs=configs)
        self._closing.append(lambda: self.client.delete_topic(name))
        until(lambda: _ready(self.client, name, partitions), f"topic {name} has {partitions} partitions with leaders")
        return name

    def producer(self, **options):
        return self._own(self.client.producer(**options))

    def pump(self, *arguments, **options) -> "Pump":
        """A member of a group that is polled by a thread of its own."""
        return self._own(Pump(lambda: self.client.member(*arguments, **options)))

    def member(self, *arguments, **options):
        """A member for the check's own thread."""
        return self._own(self.client.member(*arguments, **options))

    def produce(self, topic: str, records: list[Record], partition: int = 0, **options) -> list[int]:
        """Sends with a producer of its own and waits for all; their offsets."""
        producer = self.client.producer(**options)
        try:
            deliveries = [producer.send(topic, record, partition) for record in records]
            producer.flush()
            return [delivery.result()[1] for delivery in deliveries]
        finally:
            producer.close()

    def _own(self, thing):
        self._closing.append(thing.close)
        return thing

    def close(self) -> None:
        for close in reversed(self._closing):
            try:
                close()
            except Exception:  # noqa: BLE001 - what a check did not clean up does not change what it found
                pass


def _ready(client: Client, name: str, partitions: int) -> bool:
    found = client.partitions(name)
    return len(found) == partitions and all(leader >= 0 for _, leader in found)


def until(condition: Callable, what: str, patience: float = PATIENCE):
    """Waits until `condition` holds; its value. Nothing is asserted about how long that takes."""
    deadline = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed(f"not within {patience:.0f} s: {what}")
        time.sleep(0.05)


def equal(found, wanted, what: str) -> None:
    if found != wanted:
        raise Failed(f"{what}: {_short(found)}, where Apache Kafka has {_short(wanted)}")


def true(condition, what: str) -> None:
    if not condition:
        raise Failed(what)


def _short(value) -> str:
    text = repr(value)
    return text if len(text) <= 300 else text[:300] + "…"


@contextmanager
def refused(*names: str, what: str = "the request"):
    """The body has to fail with one of these errors."""
    try:
        yield
    except KafkaFailure as failure:
        if failure.name not in names:
            raise Failed(f"{what} failed with {failure}, where Apache Kafka answers {' or '.join(names)}") from failure
        return
    raise Failed(f"{what} was accepted, where Apache Kafka answers {' or '.join(names)}")


class Pump:
    """Polls a member in a thread of its own, as an application does, so that rebalances with several members go on."""

    def __init__(self, make: Callable):
        self.records: list[Record] = []
        self.failure: Exception | None = None
        self._make = make
        self._calls: list = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._frozen = threading.Event()
        self._assignment: set = set()
        self._events: list = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def assignment(self) -> set[tuple[str, int]]:
        return set(self._assignment)

    @property
    def events(self) -> list:
        return list(self._events)

    def call(self, body: Callable, timeout: float = 60):
        """Runs `body(member)` between two polls; its value."""
        done = threading.Event()
        box: list = []

        def run(member):
            try:
                box.append(("value", body(member)))
            except Exception as error:  # noqa: BLE001 - handed to the caller
                box.append(("error", error))
            done.set()

        with self._lock:
            self._calls.append(run)
        if not done.wait(timeout):
            raise Failed(f"the member's thread did not get to it within {timeout:.0f} s; its last error: {self.failure}")
        kind, value = box[0]
        if kind == "error":
            raise value
        return value

    def close(self) -> None:
        """Leaves the group."""
        self._stopping.set()
        self._thread.join(30)

    def _run(self) -> None:
        member = None
        try:
            member = self._make()
            while not self._stopping.is_set():
                with self._lock:
                    calls, self._calls = self._calls, []
                for call in calls:
                    call(member)
                try:
                    self.records.extend(member.poll(0.1))
                except KafkaFailure as failure:
                    self.failure = failure
                    self._stopping.wait(0.05)
                self._events = list(member.events)
                self._assignment = member.assignment()
        except Exception as error:  # noqa: BLE001 - shown by the check that waits
            self.failure = error
        finally:
            if member is not None:
                try:
                    member.close()
                except Exception as error:  # noqa: BLE001
                    self.failure = self.failure or error


__all__ = [
    "CHECKS", "Check", "Context", "Failed", "KafkaFailure", "Pump", "Record", "Skipped", "Unsupported", "check", "equal",
    "refused", "true", "until",
]
