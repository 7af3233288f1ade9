"""A level of education that a question names alone: what its figures tell as the highest that people have."""

from __future__ import annotations

from dataclasses import replace

from ingest.vocabulary import Vocabulary
from rag.models import Query
from rag.table import Table


def as_told(query: Query, table: Table, vocabulary: Vocabulary) -> Query:
    """A query for "dem med videregående skole" as the table has them; as it is where it has them otherwise.

    Those with a level and those with that level or more are two groups. Named alone it may be either: where
    no figure of what is asked is of the wider one in the years asked for, the other is meant.
    """
    found = dict(query.dimensions)
    mentions = vocabulary.find(query.text)
    for dimension, codes in query.dimensions.items():
        for code in codes:
            highest = vocabulary.entry(dimension, code).data.get("highest")
            meant = {
                vocabulary.attained(m, vocabulary.tokens(query.text[m.end :]))
                for m in mentions
                if m.code == code
            }
            if highest and meant <= {highest} and _only(query, table, dimension, code, highest):
                found[dimension] = tuple(highest if c == code else c for c in found[dimension])
    return query if found == query.dimensions else replace(query, dimensions=found)


def _only(query: Query, table: Table, dimension: str, code: str, highest: str) -> bool:
    """Whether what is asked has figures of the highest level in those years, and none of the other."""
    told = {c for measure in query.measures for c in table.codes(dimension, measure, query.periods)}
    return highest in told and code not in told
