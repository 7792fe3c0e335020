"""Runs Kafka Connect 4.3 on the broker at CONNECT_BOOTSTRAP, standalone and distributed: files go through it and back.

`connect.py FOLDER`, where FOLDER holds `libraries` and `classes`. One line per check; ends with 1 when one failed.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid

PATIENCE = 90
HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"


class Failed(Exception):
    """Kafka Connect did not do on this broker what it does on Apache Kafka."""


def until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed(f"not within {PATIENCE} s: {what}")
        time.sleep(0.1)


def security(prefix: str = "") -> dict[str, str]:
    keys = {}
    for name, value in os.environ.items():
        if name.startswith("CONNECT_SECURITY_"):
            key = name.removeprefix("CONNECT_SECURITY_").lower().replace("_", ".")
            keys[prefix + ("security.protocol" if key == "protocol" else key)] = value
    return keys


class Worker:
    """One Connect process."""

    def __init__(self, jars: str, folder: str, kind: str, keys: dict[str, str], connectors: list[dict[str, str]] = ()):
        self.log_path = os.path.join(folder, f"{uuid.uuid4().hex[:8]}.log")
        common = {
            "bootstrap.servers": os.environ["CONNECT_BOOTSTRAP"],
            "key.converter": "org.apache.kafka.connect.storage.StringConverter",
            "value.converter": "org.apache.kafka.connect.storage.StringConverter",
            "offset.flush.interval.ms": "500",
            "plugin.discovery": "service_load",
            # The port that is free; the log says which.
            "listeners": "http://127.0.0.1:0",
            **security(), **security("producer."), **security("consumer."), **security("admin."),
        }
        files = [self._write(folder, {**common, **keys})] + [self._write(folder, each) for each in connectors]
        log4j = os.path.join(HERE, "log4j2.properties")
        command = [
            "java", "-Xmx512M", "-XX:TieredStopAtLevel=1", f"-Dlog4j2.configurationFile={log4j}", "-cp",
            f"{jars}/classes:{jars}/libraries/*", f"org.apache.kafka.connect.cli.Connect{kind}", *files,
        ]
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        self._address = None

    @staticmethod
    def _write(folder: str, keys: dict[str, str]) -> str:
        path = os.path.join(folder, f"{uuid.uuid4().hex[:8]}.properties")
        with open(path, "w", encoding="ascii") as file:
            for key, value in keys.items():
                # A backslash begins an escape, and other than Latin-1 is written as one.
                text = value.replace("\\", "\\\\")
                text = "".join(each if each.isascii() else f"\\u{ord(each):04x}" for each in text)
                file.write(f"{key}={text}\n")
        return path

    def log(self) -> str:
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def address(self) -> str:
        def found():
            if self.process.poll() is not None:
                raise Failed(f"the worker ended with {self.process.returncode}")
            return re.search(r"REST server listening at (http://[^/]+)/", self.log())

        if self._address is None:
            self._address = until(found, "the worker's REST server listens").group(1)
        return self._address

    def ask(self, method: str, path: str, body=None):
        """The answer's JSON; `None` where the worker cannot answer yet."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.address() + path, data=data, method=method, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
                return json.loads(text) if text else {}
        except urllib.error.HTTPError as error:
            if error.code in (404, 409, 500, 503):
                return None
            raise Failed(f"{method} {path}: {error.code} {error.read()[:300]!r}") from error
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return None

    def running(self, name: str) -> bool:
        """The connector and its only task run."""
        status = self.ask("GET", f"/connectors/{name}/status")
        if status is None:
            return False
        states = [status["connector"]["state"]] + [task["state"] for task in status["tasks"]]
        if "FAILED" in states:
            raise Failed(f"{name} failed: {json.dumps(status)[:800]}")
        return states == ["RUNNING", "RUNNING"]

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            raise Failed("the worker did not stop within 30 s") from None

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def read(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []


def write(path: str, lines: list[str]) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


def standalone(jars: str, folder: str) -> str:
    topic = f"conf-connect-standalone-{uuid.uuid4().hex[:8]}"
    source, sink = os.path.join(folder, "in.txt"), os.path.join(folder, "out.txt")
    lines = [f"line {number}" for number in range(2000)]
    write(source, lines[:1000])
    keys = {"offset.storage.file.filename": os.path.join(folder, "offsets")}
    connectors = [
        {"name": topic + "-source", "connector.class": SOURCE, "tasks.max": "1", "file": source, "topic": topic},
        {"name": topic + "-sink", "connector.class": SINK, "tasks.max": "1", "file": sink, "topics": topic},
    ]
    for until_line in (1000, 2000):
        worker = Worker(jars, folder, "Standalone", keys, connectors)
        try:
            until(lambda: worker.running(topic + "-source") and worker.running(topic + "-sink"), "both connectors run")
            if until_line == 2000:
                write(source, lines[1000:])
            until(lambda: len(read(sink)) >= until_line, f"{until_line} lines are in the sink's file")
            worker.stop()
        except Failed as failure:
            raise Failed(f"{failure}; the log ends: {worker.log()[-1500:]}") from failure
        finally:
            worker.kill()
    if read(sink) != lines:
        raise Failed(f"the sink's file differs: {len(read(sink))} lines for {len(lines)}")
    return "2000 lines through, each once, stopped and started in between"


def distributed(jars: str, folder: str) -> str:
    name = f"conf-connect-distributed-{uuid.uuid4().hex[:8]}"
    topic = name + "-lines"
    source, sink = os.path.join(folder, "in.txt"), os.path.join(folder, "out.txt")
    lines = [f"line {number}" for number in range(3000)]
    write(source, lines[:1000])
    keys = {
        "group.id": name, "config.storage.topic": name + "-configs", "offset.storage.topic": name + "-offsets",
        "status.storage.topic": name + "-status", "config.storage.replication.factor": "1",
        "offset.storage.replication.factor": "1", "status.storage.replication.factor": "1",
        "offset.storage.partitions": "3", "status.storage.partitions": "2", "exactly.once.source.support": "enabled",
        "session.timeout.ms": "10000", "heartbeat.interval.ms": "1000", "scheduled.rebalance.max.delay.ms": "2000",
        "topic.creation.enable": "true",
    }
    connectors = {
        name + "-source": {
            "connector.class": SOURCE, "tasks.max": "1", "file": source, "topic": topic, "exactly.once.support": "requested",
            "topic.creation.default.replication.factor": "1", "topic.creation.default.partitions": "1",
        },
        name + "-sink": {"connector.class": SINK, "tasks.max": "1", "file": sink, "topics": topic,
                         "consumer.override.auto.offset.reset": "earliest"},
    }
    workers = [Worker(jars, folder, "Distributed", keys) for _ in range(2)]
    first, second = workers
    try:
        for connector, configuration in connectors.items():
            until(
                lambda connector=connector, configuration=configuration: first.ask(
                    "PUT", f"/connectors/{connector}/config", configuration
                ),
                f"{connector} is taken",
            )
        until(lambda: all(first.running(connector) for connector in connectors), "both connectors run")
        until(lambda: len(read(sink)) >= 1000, "1000 lines are in the sink's file")
        until(lambda: second.ask("GET", "/connectors") == first.ask("GET", "/connectors"), "the second worker knows them")
        placed = {
            task["worker_id"]
            for connector in connectors
            for task in (first.ask("GET", f"/connectors/{connector}/status") or {"tasks": []})["tasks"]
        }
        # A worker dies; the other takes over what it had, and fences what it may still have sent.
        first.kill()
        write(source, lines[1000:2000])
        until(lambda: all(second.running(connector) for connector in connectors), "both connectors run on the other worker")
        until(lambda: set(read(sink)) >= set(lines[:2000]), "2000 lines are in the sink's file")
        third = Worker(jars, folder, "Distributed", keys)
        workers.append(third)
        until(lambda: len(third.ask("GET", "/connectors") or []) == 2, "a third worker has joined")
        write(source, lines[2000:])
        until(lambda: set(read(sink)) >= set(lines), "3000 lines are in the sink's file")
        until(lambda: third.ask("PUT", f"/connectors/{name}-source/pause") is not None, "the source is paused")
        until(
            lambda: (third.ask("GET", f"/connectors/{name}-source/status") or {}).get("connector", {}).get("state") == "PAUSED",
            "the source says that it is paused",
        )
        for connector in connectors:
            until(
                lambda connector=connector: third.ask("DELETE", f"/connectors/{connector}") is not None,
                f"{connector} is deleted",
            )
        until(lambda: second.ask("GET", "/connectors") == [], "no connector is left")
        for worker in (second, third):
            worker.stop()
    except Failed as failure:
        logs = "; ".join(worker.log()[-1200:] for worker in workers)
        raise Failed(f"{failure}; the logs end: {logs}") from failure
    finally:
        for worker in workers:
            worker.kill()
    # What the dead worker had delivered but not committed may come twice into the sink's file; the topic holds it once.
    found = read(sink)
    if set(found) != set(lines):
        raise Failed(f"the sink's file differs: {len(set(found))} different lines for {len(lines)}")
    firsts = sorted(set(found), key=found.index)
    if firsts != lines:
        raise Failed("the lines came in another order")
    return f"3000 lines through 3 workers on {len(placed)} at first, one of them killed, source exactly once"


def main() -> int:
    jars = sys.argv[1]
    code = 0
    for name, body in (("standalone", standalone), ("distributed", distributed)):
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            try:
                outcome, detail = "ok", body(jars, folder)
            except Failed as failure:
                outcome, detail, code = "FAIL", str(failure), 1
        print(f"{outcome:<4} kafka-connect {name}: {' '.join(detail.split())} ({time.monotonic() - started:.1f} s)", flush=True)
    return code


sys.exit(main())
