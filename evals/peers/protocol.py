"""What each plain pipeline is put through, the same for all; runs in their environment, without ours.

    python with_….py ingest FOLDER MODEL < lines.json        -> {"count": …, "seconds": …}
    python with_….py ask FOLDER MODEL < questions.json       -> {"hits": [[id, …], …], "milliseconds": […]}

A line of a report is a unit: {"id": …, "text": …}. Loading is not timed here, but the whole process is by
whoever starts it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence

os.environ.update(HF_HUB_OFFLINE="1", ANONYMIZED_TELEMETRY="False", HAYSTACK_TELEMETRY_ENABLED="False")
QUERY, PASSAGE = "query: ", "passage: "  # what e5 wants before a question, and before what is searched
K = 5


class Peer:
    """A pipeline as its own documentation puts it together, with a store that it keeps in a folder."""

    def load(self, action: str) -> None:
        """Load what "ingest" or "ask" needs and is not loaded yet."""

    def add(self, units: Sequence[Mapping[str, str]]) -> None:
        """Take units in."""
        raise NotImplementedError

    def search(self, question: str) -> list[str]:
        """The ids of the `K` units nearest to a question, best first."""
        raise NotImplementedError


def main(make: Callable[[str, str], Peer]) -> None:
    """Do what the command line says. `make` opens the pipeline over a folder with a model."""
    action, folder, model = sys.argv[1:4]
    told = json.load(sys.stdin)
    peer = make(folder, model)
    peer.load(action)
    started = time.perf_counter()
    if action == "ingest":
        peer.add(told)
        print(json.dumps({"count": len(told), "seconds": time.perf_counter() - started}))
        return
    hits, milliseconds = [], []
    for question in told:
        started = time.perf_counter()
        hits.append(peer.search(question))
        milliseconds.append((time.perf_counter() - started) * 1000)
    print(json.dumps({"hits": hits, "milliseconds": milliseconds}))
