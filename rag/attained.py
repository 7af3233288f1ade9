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
    for dimension, codes in query.dimensions.items():
        for code in codes:
            highest = vocabulary.entry(dimension, code).data.get("highest")
            if (
                highest
                and _is_alone(query.text, code, vocabulary)
                and _only(query, table, dimension, code, highest)
            ):
                found[dimension] = tuple(highest if c == code else c for c in found[dimension])
    return query if found == query.dimensions else replace(query, dimensions=found)


def _only(query: Query, table: Table, dimension: str, code: str, highest: str) -> bool:
    told = [set(table.codes(dimension, measure, query.periods)) for measure in query.measures]
    return any(highest in codes for codes in told) and not any(code in codes for codes in told)


def _is_alone(text: str, code: str, vocabulary: Vocabulary) -> bool:
    """Whether nothing beside a level says that those with more are meant as well."""
    joins = vocabulary.word_list("grammar", "boundary", "union")
    for mention in (m for m in vocabulary.find(text) if m.code == code):
        words = {token.word for token in vocabulary.tokens(mention.surface)}
        after = {token.word for token in vocabulary.tokens(text[mention.end :])[:1]}
        if words & {*vocabulary.entry(mention.dimension, code).data.get("or_more", ())} or after & {*joins}:
            return False
    return True
