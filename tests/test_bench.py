"""What the bench writes and counts; nothing is timed here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evals.bench import MEASURES, Cost, Measured, run_process, table
from evals.data import Turn
from evals.page import write_page
from evals.rivals import FOLDER, PEERS, Run, find
from evals.section import Section
from rag.models import Status


def test_a_page_has_the_sections_with_their_plots_and_when_they_were_measured(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "benchmarks.md"
    write_page(page, [Section("Growth", "| a |\n| --- |", {"p50.svg": "<svg/>"}), Section("Ours", "fast")])
    text = page.read_text("utf-8")
    assert text.index("## Growth") < text.index("](benchmarks/p50.svg)") < text.index("## Ours")
    assert (page.parent / "benchmarks" / "p50.svg").read_text("utf-8") == "<svg/>"
    assert text.count("*Measured 2") == 2
    assert f"Python {sys.version_info.major}" in text


def test_what_is_not_measured_again_stays_with_its_date(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    write_page(page, [Section("Growth", "slow\n\nlines"), Section("Ours", "old")], "last year")
    write_page(page, [Section("Ours", "new"), Section("Peers", "other")], "today")
    text = page.read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Growth", "## Ours", "## Peers"
    ]  # fmt: skip
    assert "slow\n\nlines\n\n*Measured last year*" in text
    assert "new\n\n*Measured today*" in text
    assert "old" not in text
    write_page(page, [], "now")
    assert page.read_text("utf-8") == text


def test_ratios_are_of_the_first() -> None:
    rows = table({
        "ours": Measured(Cost(2, 100), Cost(0.5, 50), 2, 4),
        "plain": Measured(Cost(1, 300), Cost(5, 50), 3, 2),
    })  # fmt: skip
    assert rows[0][-1] == "plain / ours"
    assert [row[-1] for row in rows[1:]] == ["0.50", "3.00", "10.00", "1.00", "1.50", "0.50"]


def test_a_process_is_not_charged_with_the_memory_of_the_bench() -> None:
    held = bytearray(300 * 2**20)
    said: list[str] = []
    cost = run_process(["-c", "print(input() + '!')"], told=b"hei", said=said)
    assert said == ["hei!\n"]
    assert 1 < cost.mebibytes < len(held) / 2**20 / 2
    with pytest.raises(RuntimeError, match="no such thing"):
        run_process(["-c", "raise SystemExit('no such thing')"])


def turn(want: str, cite: str = "", avoid: tuple[str, ...] = ()) -> Turn:
    answered = frozenset({Status.ANSWERED})
    return Turn("?", answered, frozenset(), ((want,),), avoid, (cite,) if cite else (), "nb")


def test_paragraphs_and_figures_of_a_pipeline_are_counted_where_they_are_asked_for() -> None:
    turns = [turn("46 prosent", "46 prosent"), turn("32 500", "32 500", ("30 000",)), turn("Eritrea")]
    hits = [["46 prosent av kvinnene", "x"], ["30 000 deltok", "32 500 deltok"], ["Eritrea"]]
    run = Run(1, Cost(1, 1), 1, [1.0], hits, ["46 prosent", "30 000, ikke 32 500", "Eritrea"])
    found = find(run, turns)
    assert (found.first, found.among, found.cited) == (1, 2, 2)
    assert (found.figures, found.asked) == (1, 2)


@pytest.mark.parametrize("script", PEERS.values())
def test_a_peer_is_a_script_that_can_be_read(script: str) -> None:
    compile((FOLDER / script).read_text("utf-8"), script, "exec")


def test_peers_are_told_and_tell_in_one_way(tmp_path: Path) -> None:
    program = tmp_path / "with_words.py"
    program.write_text(
        "from protocol import Peer, main\n"
        "class Words(Peer):\n"
        "    def __init__(self, folder, model): self.folder = folder\n"
        "    def add(self, units): open(self.folder, 'w').write(' '.join(u['id'] for u in units))\n"
        "    def search(self, question): return open(self.folder).read().split()\n"
        "main(Words)\n"
    )

    def run(action: str, told: object) -> object:
        done = subprocess.run(
            [sys.executable, str(program), action, str(tmp_path / "store"), "model"],
            input=json.dumps(told), env={"PYTHONPATH": str(FOLDER)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return json.loads(done.stdout)

    taken = run("ingest", [{"id": "a", "text": "x"}, {"id": "b", "text": "y"}])
    assert isinstance(taken, dict)
    assert taken["count"] == 2
    asked = run("ask", ["hva?", "hvor?"])
    assert isinstance(asked, dict)
    assert asked["hits"] == [["a", "b"], ["a", "b"]]
    assert len(asked["milliseconds"]) == 2


def test_long_measures_are_only_made_where_they_are_named() -> None:
    assert list(MEASURES)[:3] == ["pipelines", "intents", "served"]
