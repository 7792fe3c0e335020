"""A member of a group in a process of its own, to be killed: `python -m conformance.bystander CLIENT GROUP TOPIC`.

Prints its assignment when it has one, then polls until it is ended.
"""

import json
import sys

from .__main__ import make_client
from .environment import read_environment


def main() -> None:
    client_name, group, topic = sys.argv[1:]
    member = make_client(client_name, read_environment()).member(group, [topic])
    while not member.assignment():
        member.poll(0.1)
    print(json.dumps(sorted(member.assignment())), flush=True)
    while True:
        member.poll(0.1)


main()
