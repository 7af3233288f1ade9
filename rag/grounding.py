"""The proof that runs on every answer: each number in it stands in a cited quote or a calculation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from ingest.numbers import find_quantities
from rag.models import Answer, Calculation, Role

_MARK = re.compile(r"\[\d+\]")
_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f\u2009,.]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?")


# A comma or a full stop before three digits may part thousands; otherwise it is the decimal mark.
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d+)?")


class GroundingError(AssertionError):
    """An answer says a number that nothing it cites supports. This is a bug."""


def numbers_in(text: str) -> set[Decimal]:
    """Every number written in digits, whatever parts its thousands; all readings of an ambiguous one."""
    found: set[Decimal] = set()
    for match in _NUMBER.finditer(_MARK.sub(" ", text)):
        plain = re.sub(r"[ \u00a0\u202f\u2009]", "", match.group())
        readings = {plain.replace(",", ".")}
        if _GROUPED.fullmatch(plain):
            readings |= {plain.replace(",", ""), plain.replace(".", "")}
        for reading in readings:
            try:
                found.add(Decimal(reading).normalize())
            except InvalidOperation:
                continue
    return found


def counted_in_words(text: str) -> set[Decimal]:
    """Every whole number written in words ("elleve", "fire prosentpoeng"); no share ("to av tre")."""
    found = (q for q in find_quantities(text) if not q.fraction and not any(c.isdigit() for c in q.surface))
    return {q.value.normalize() for q in found if q.value == q.value.to_integral_value()}


def _written(text: str) -> list[tuple[str, set[Decimal]]]:
    return [(m.group(), numbers_in(m.group())) for m in _NUMBER.finditer(_MARK.sub(" ", text))]


def supported(calculations: Iterable[Calculation]) -> set[Decimal]:
    """Numbers that shown calculations give."""
    found: set[Decimal] = set()
    for calculation in calculations:
        found |= numbers_in(calculation.expression) | numbers_in(calculation.display)
        found |= {abs(v).normalize() for v in (calculation.value, calculation.lower, calculation.upper)}
    return found


def find_unsupported(answer: Answer, years: Iterable[int | str], labels: Iterable[str] = ()) -> list[str]:
    """Numbers of the answer that stand in no cited quote, no calculation and are no year of the reports.

    A year that the question itself asks for may be named in saying that there is no figure for it. Numbers
    inside `labels` (the name of an age group, a date) are no figures.
    """
    allowed = {Decimal(str(year)).normalize() for year in years if str(year).isdigit()}
    allowed |= {Decimal(p).normalize() for p in answer.query.periods if p.isdigit()}
    allowed |= supported(answer.calculations)
    for citation in answer.citations:
        allowed |= numbers_in(citation.quote) | counted_in_words(citation.quote)
    names = sorted(labels, key=len, reverse=True)
    missing = []
    for statement in answer.statements:
        if statement.role is Role.QUOTE:
            continue
        text = statement.text
        for name in names:
            text = text.replace(name, " ")
        text = re.sub(r"(?<=\d)[–-](?=\d)", " ", text)
        missing += [surface for surface, readings in _written(text) if not readings & allowed]
    return missing


def check(answer: Answer, years: Iterable[int | str], labels: Iterable[str] = ()) -> None:
    """Raise `GroundingError` where a number of the answer is unsupported."""
    missing = find_unsupported(answer, years, labels)
    if missing:
        raise GroundingError(f"{answer.question!r}: unsupported {missing} in {answer.text!r}")
