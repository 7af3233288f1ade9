"""One part of docs/benchmarks.md: what was measured, as text, and its plots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, its Markdown (tables and ratios with them), and the plots that stand beneath.

    `plots` maps a file's name, without a folder, to its SVG.
    """

    title: str
    text: str
    plots: Mapping[str, str] = field(default_factory=dict)
