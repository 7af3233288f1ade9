"""`python -m evals.growth`: what grows with the corpus, as Markdown; the plots are written beside `--out`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evals.growth.encoders import STAND_IN
from evals.growth.measuring import QUESTIONS, SIZES, measure, run_step


def main() -> None:
    """Measure the sizes that the command line names."""
    if sys.argv[1:2] in (["build"], ["ask"], ["answer"]):
        run_step(sys.argv[1:])
        return
    parser = argparse.ArgumentParser(prog="python -m evals.growth", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="paragraphs, parted by commas")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="asked of each size")
    parser.add_argument("--encoder", default=STAND_IN, help="a model; by default a fast stand-in")
    parser.add_argument("--keep", type=Path, help="folder in which the stores are kept and found again")
    parser.add_argument("--out", type=Path, help="folder to write growth.md and the plots in")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    section = measure(sizes, questions=given.questions, encoder=given.encoder, folder=given.keep)
    text = f"## {section.title}\n\n{section.text}\n"
    if given.out is None:
        print(text)
        return
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "growth.md").write_text(text, encoding="utf-8")
    for name, svg in section.plots.items():
        (given.out / name).write_text(svg, encoding="utf-8")


main()
