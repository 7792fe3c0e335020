"""Runs the checks with one client: `python -m conformance confluent [--only PART] [--jobs N]`.

One line per check: `ok`, `FAIL` or `skip`, the client, the check, what was found. Ends with 1 when one failed.
"""

import argparse
import os
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

from .environment import read_environment
from .registry import CHECKS, Context, Failed, KafkaFailure, Skipped, Unsupported


def make_client(name: str, environment):
    """The client of that name; libraries are imported only here, since each lives in its own folder."""
    if name == "confluent":
        from .confluent_client import ConfluentClient

        return ConfluentClient(environment)
    if name.startswith("kafka-python"):
        from .kafka_python_client import KafkaPythonClient

        return KafkaPythonClient(environment, name)
    if name == "kcat":
        from .kcat_client import KcatClient

        return KcatClient(environment)
    raise SystemExit(f"conformance: there is no client {name}; there are confluent, kafka-python-2.2, kafka-python-3.0 and kcat")


def load(client_name: str) -> None:
    if client_name == "kcat":
        from .checks import kcat  # noqa: F401

        return
    from .checks import admin, compaction, groups, records, security, timestamps, topics, transactions  # noqa: F401


class Report:
    """Counts, and one line per check as soon as it ends."""

    def __init__(self, client: str):
        self.client = client
        self.counts = {"ok": 0, "FAIL": 0, "skip": 0}
        self._lock = threading.Lock()

    def line(self, outcome: str, name: str, detail: str) -> None:
        with self._lock:
            self.counts[outcome] += 1
            detail = " ".join(detail.split())
            print(f"{outcome:<4} {self.client} {name}: {detail}", flush=True)


def run(check, client, environment, report: Report) -> None:
    started = time.monotonic()
    missing = [need for need in check.needs if need not in client.abilities]
    if missing:
        report.line("skip", check.name, f"this client has no {', '.join(missing)}")
        return
    context = Context(client, environment, check.name)
    try:
        detail = check.body(context) or "as Apache Kafka"
        outcome = "ok"
    except (Skipped, Unsupported) as reason:
        outcome, detail = "skip", str(reason)
    except Failed as failure:
        outcome, detail = "FAIL", str(failure)
    except KafkaFailure as failure:
        where = traceback.extract_tb(failure.__traceback__)
        lines = [frame.lineno for frame in where if "/checks/" in frame.filename]
        outcome, detail = "FAIL", f"{failure} at line {lines[-1] if lines else '?'} of the check"
    except Exception as error:  # noqa: BLE001 - every check reports, none ends the run
        outcome, detail = "FAIL", "".join(traceback.format_exception(error))[-1500:]
    finally:
        context.close()
    report.line(outcome, check.name, f"{detail} ({time.monotonic() - started:.1f} s)")


def main() -> int:
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    parser.add_argument("client")
    parser.add_argument("--only", default="", help="run only the checks whose name contains this")
    parser.add_argument("--jobs", type=int, default=4, help="checks at a time")
    arguments = parser.parse_args()
    environment = read_environment()
    load(arguments.client)
    client = make_client(arguments.client, environment)
    report = Report(arguments.client)
    chosen = [
        check
        for check in CHECKS
        if arguments.only in check.name and (not check.only or arguments.client in check.only)
    ]
    chosen.sort(key=lambda check: not check.slow)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for future in [pool.submit(run, check, client, environment, report) for check in chosen]:
            future.result()
    client.close()
    counts = report.counts
    print(
        f"{arguments.client}: {counts['ok']} as Apache Kafka, {counts['FAIL']} differ, {counts['skip']} skipped", flush=True
    )
    return 1 if counts["FAIL"] or not counts["ok"] else 0


if __name__ == "__main__":
    # Threads of client libraries may linger; what was found is printed.
    code = main()
    sys.stdout.flush()
    os._exit(code)
