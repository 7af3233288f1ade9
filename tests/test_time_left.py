"""How long work will yet take: told once a rate is known, and counted anew for each stage."""

from __future__ import annotations

import pytest

from ui import terminal


def test_time_left_follows_the_rate_of_the_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    clock = terminal._Clock()
    # Loading a model comes before the first step and is not counted as its cost.
    steps = [(0.0, 0), (30.0, 100), (31.0, 110), (40.0, 200), (50.0, 300)]
    told = []
    for at, done in steps:
        now[0] = at
        told.append(clock.left("embed", done, 1_000))
    assert told == [None, None, None, 80.0, 70.0]
    now[0] = 60.0
    assert clock.left("index", 10, 1_000) is None
    now[0] = 70.0
    assert clock.left("index", 10, 1_000) is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (80, "80 s"), (600, "10 min"), (7_500, "2 t 5 min")]
)
def test_a_time_is_told_roughly(seconds: float, words: str) -> None:
    assert terminal.duration(seconds) == words
