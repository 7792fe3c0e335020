"""kcat, the program: run once per question. Topics are made through confluent-kafka, since kcat cannot make any."""

import json
import subprocess

from .client import Client, KafkaFailure, Record
from .confluent_client import ConfluentClient, configuration
from .environment import Environment, Security


class KcatClient(Client):
    name = "kcat"

    def __init__(self, environment: Environment):
        self._environment = environment
        self._topics = ConfluentClient(environment)

    def run(self, *arguments: str, feed: bytes = b"", bootstrap=None, security: Security | None = None, timeout=40) -> bytes:
        """What kcat prints; raises `KafkaFailure` with its complaint when it ends with an error."""
        environment = self._environment
        if bootstrap is not None:
            environment = Environment(bootstrap=bootstrap, security=security or Security())
        keys = configuration(environment)
        server = keys.pop("bootstrap.servers")
        del keys["log_level"]
        options = [option for key, value in keys.items() for option in ("-X", f"{key}={value}")]
        try:
            done = subprocess.run(
                ["kcat", "-q", "-b", server, *options, *arguments], input=feed, capture_output=True, timeout=timeout
            )
        except subprocess.TimeoutExpired as expired:
            raise KafkaFailure("_NO_ANSWER", f"kcat did not end within {timeout} s: {(expired.stderr or b'')[-200:]}") from None
        if done.returncode != 0:
            raise KafkaFailure("_KCAT", done.stderr.decode(errors="replace")[-300:])
        return done.stdout

    def lines(self, *arguments: str, **options) -> list[dict]:
        """Consumed records as kcat's JSON has them."""
        return [json.loads(line) for line in self.run("-J", *arguments, **options).splitlines()]

    def create_topic(self, *arguments, **options):
        self._topics.create_topic(*arguments, **options)

    def delete_topic(self, name):
        self._topics.delete_topic(name)

    def partitions(self, name):
        return self._topics.partitions(name)

    def offset(self, *arguments, **options):
        return self._topics.offset(*arguments, **options)

    def read(self, topic, partition=0, start=0, isolation="read_uncommitted", **_):
        found = self.lines(
            "-C", "-t", topic, "-p", str(partition), "-o", str(start), "-e", "-X", f"isolation.level={isolation}"
        )
        return [_record(line) for line in found]

    def close(self):
        self._topics.close()


def _record(line: dict) -> Record:
    headers = line.get("headers", [])
    encode = lambda text: None if text is None else text.encode()  # noqa: E731
    return Record(
        key=encode(line["key"]), value=encode(line["payload"]),
        headers=[(headers[index], encode(headers[index + 1])) for index in range(0, len(headers), 2)],
        timestamp=line["ts"], timestamp_type=line["tstype"], partition=line["partition"], offset=line["offset"],
    )
