"""`imdi eval --ablation`: what each part of retrieval is worth, on our own questions and on a SQuAD file.

Paragraph search and sentence ranking are measured on the questions whose right answer has to quote certain
words (`cite`): right is a paragraph, or a sentence, that holds them. Only the first turn of a conversation
is asked, since a follow-up cannot be searched for by itself.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.data import QUESTIONS, SPLITS, Pair, load_pairs
from evals.evaluate import RESULTS, find_sources
from evals.memory_index import Collection, MemoryIndex, Vectorizer
from evals.report import Rows, as_markdown, as_text
from evals.runner import PairOutcome, run_pairs
from evals.scores import Verdict
from evals.squad import Squad, load_squad
from evals.text import holds, normalise
from evals.variants import ANSWERS, FULL, SEARCHES, Variant
from ingest import ingest
from ingest.embed import Encoder, open_encoder
from ingest.models import ParagraphKind
from ingest.sentences import find_sentences
from ingest.settings import load_settings
from ingest.store import Store
from ingest.vocabulary import load_vocabulary
from rag import Assistant
from rag.chain import STRICT
from rag.models import Query
from rag.retrieve import Retriever

RESULT = RESULTS / "ablation.md"
DEV, TEST = "dev", "test"  # every split but the test split may be tuned on
DEPTHS = (1, 5, 10)
SENTENCE_DEPTHS = (1, 5)
TITLE = """# What each part of retrieval is worth

Made by `imdi eval --ablation`; the public paragraphs by `--squad FILE` (NorQuAD's files are in
`data/evaluation/all` of https://github.com/ltgoslo/NorQuAD). "full" is the product as it is, and every other
row differs from it as it says. Shares are of the questions, in per cent. Won and lost: how many questions are
right (first) in that row but not in "full", and the other way round. "dev" is every one of our own splits but
"test".
"""

Ranks = tuple[int | None, ...]
Groups = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Sought:
    """A question and the names of what is right: paragraph ids, or sentences as `sentence_name` has them.

    `group` names the questions that are counted together: our dev splits, our test split, a file.
    """

    question: str
    group: str
    right: frozenset[str]


@dataclass(frozen=True, slots=True)
class Section:
    """A table with its heading and a line on how it was made."""

    heading: str
    made: str
    rows: Rows


def run(squad: Sequence[Path] = (), *, markdown_file: Path | None = None) -> None:
    """Measure, print, and write the tables; those that are not measured this time stay as they are.

    Raises:
        DataError: a file of `squad` is not in SQuAD's format.
    """
    path = markdown_file or RESULT
    files = [load_squad(file) for file in squad]
    encoder = open_encoder(load_settings().embedding_model)
    sections: list[Section] = []
    for section in _measure(files, encoder):
        sections.append(section)
        print(f"{section.heading}\n{section.made}\n\n{as_text(section.rows)}\n", flush=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(merge_sections(before, sections), encoding="utf-8")


def _measure(files: Sequence[Squad], encoder: Encoder) -> Iterator[Section]:
    with tempfile.TemporaryDirectory(prefix="imdi-ablation-", ignore_cleanup_errors=True) as folder:
        ingest((), store=Path(folder))
        with Store.open(folder, exact=True) as store:
            yield from measure_reports(store, encoder, load_pairs(SPLITS, QUESTIONS))
    for file in files:
        yield measure_squad(file, encoder)


def measure_squad(file: Squad, encoder: Encoder, variants: Sequence[Variant] = SEARCHES) -> Section:
    """Paragraph search over the paragraphs of a file in SQuAD's format."""
    sought = [Sought(asked.text, file.name, frozenset({asked.paragraph_id})) for asked in file.questions]
    groups = _groups(one.group for one in sought)
    shelf = _Shelf(Collection(file.paragraphs, {}), Vectorizer(encoder))
    ranks = {
        variant: rank_paragraphs(shelf.retriever(variant), sought)
        for variant in variants
        if not variant.leads
    }
    made = f"{len(sought)} questions, {len(file.paragraphs)} paragraphs (the lines of the contexts)."
    return Section(f"Paragraphs of {file.name}", made, rank_rows(ranks, groups, DEPTHS))


def measure_reports(
    store: Store,
    encoder: Encoder,
    pairs: Sequence[Pair],
    searches: Sequence[Variant] = SEARCHES,
    answers: Sequence[Variant] = ANSWERS,
) -> Iterator[Section]:
    """Paragraphs, sentences and answers over the reports of a store, on our own questions.

    Lines that only date a report are left out: no search is to find them.
    """
    reports = {report.id: report for report in store.reports}
    told = tuple(p for p in store.paragraphs() if p.kind is not ParagraphKind.DATE)
    shelf = _Shelf(Collection(told, reports), Vectorizer(encoder))
    yield _paragraph_section(shelf, pairs, searches)
    yield _sentence_section(shelf, pairs, answers, store)
    yield _answer_section(shelf, pairs, answers, store)


class _Shelf:
    """Retrievers over one collection; variants that differ only in the ranking share an index."""

    def __init__(self, collection: Collection, vectorizer: Vectorizer) -> None:
        self.collection, self._vectorizer = collection, vectorizer
        self._indexes: dict[object, MemoryIndex] = {}

    def retriever(self, variant: Variant) -> Retriever:
        if variant.index not in self._indexes:
            self._indexes[variant.index] = MemoryIndex(self.collection, self._vectorizer, variant.index)
        years = {report.id: report.year for report in self.collection.reports.values()}
        return Retriever(self._indexes[variant.index], variant.vocabulary(), years, variant.retrieval)


# ---- paragraphs and sentences


def _paragraph_section(shelf: _Shelf, pairs: Sequence[Pair], variants: Sequence[Variant]) -> Section:
    sought = find_sought(pairs, {p.id: p.text for p in shelf.collection.paragraphs})
    ranks = {variant: rank_paragraphs(shelf.retriever(variant), sought) for variant in variants}
    groups = _groups(one.group for one in sought)
    size = len(shelf.collection.paragraphs)
    made = f"{_sizes(groups)}, {size} paragraphs. Right is one that holds what must be quoted."
    return Section("Paragraphs of the reports", made, rank_rows(ranks, groups, DEPTHS))


def _sentence_section(
    shelf: _Shelf, pairs: Sequence[Pair], variants: Sequence[Variant], store: Store
) -> Section:
    sentences = {
        sentence_name(paragraph.id, start): paragraph.text[start:end]
        for paragraph in shelf.collection.paragraphs
        for start, end in find_sentences(paragraph.text)
    }
    sought = find_sought(pairs, sentences)
    assistant = Assistant(store, load_vocabulary())
    read = {one.question: assistant.read(one.question) for one in sought}
    ranks = {variant: rank_sentences(shelf.retriever(variant), sought, read) for variant in variants}
    groups = _groups(one.group for one in sought)
    made = f"{_sizes(groups)}, {len(sentences)} sentences. The questions are read as usual in every row."
    return Section("Sentences of the reports", made, rank_rows(ranks, groups, SENTENCE_DEPTHS))


def sentence_name(paragraph_id: str, start: int) -> str:
    """The name of the sentence that starts at `start` of a paragraph."""
    return f"{paragraph_id}:{start}"


def find_sought(pairs: Sequence[Pair], texts: Mapping[str, str]) -> list[Sought]:
    """The first questions of `pairs` with the `texts` that hold the most of what is to be quoted.

    Questions with nothing to quote, or nothing that stands in a text, are left out.
    """
    plain = {name: normalise(text) for name, text in texts.items()}
    found: list[Sought] = []
    for pair in pairs:
        turn = pair.turns[0]
        cites = [normalise(cite) for cite in turn.cite]
        held = {name: sum(holds(text, cite) for cite in cites) for name, text in plain.items()}
        most = max(held.values(), default=0)
        if most:
            right = frozenset(name for name, count in held.items() if count == most)
            found.append(Sought(turn.question, _group(pair), right))
    return found


def rank_paragraphs(retriever: Retriever, sought: Sequence[Sought]) -> Ranks:
    """The place, from 1, of each question's best right paragraph; None below the deepest that counts."""
    return tuple(
        _place([hit.paragraph_id for hit in retriever.search(one.question, max(DEPTHS))], one)
        for one in sought
    )


def rank_sentences(
    retriever: Retriever, sought: Sequence[Sought], read: Mapping[str, Sequence[Query]]
) -> Ranks:
    """The same for sentences. Of a question of several parts, the part that finds it soonest counts."""
    ranks: list[int | None] = []
    for one in sought:
        places = [_sentence_place(retriever, query, one) for query in read[one.question]]
        ranks.append(min((place for place in places if place), default=None))
    return tuple(ranks)


def _sentence_place(retriever: Retriever, query: Query, one: Sought) -> int | None:
    spelled = " ".join([query.text, query.context]).strip()
    found = retriever.find_passages(query, spelled, max(SENTENCE_DEPTHS))
    return _place([sentence_name(passage.paragraph.id, passage.start) for passage in found], one)


def _place(names: Sequence[str], one: Sought) -> int | None:
    return next((place for place, name in enumerate(names, start=1) if name in one.right), None)


# ---- answers


def _answer_section(
    shelf: _Shelf, pairs: Sequence[Pair], variants: Sequence[Variant], store: Store
) -> Section:
    # An answer that grounding rejects counts as wrong here; it is not replaced by a safe one.
    os.environ[STRICT] = "1"
    sources = find_sources(store)
    outcomes: dict[Variant, tuple[PairOutcome, ...]] = {}
    for variant in variants:
        _show_progress(variant)
        retriever = shelf.retriever(variant)
        assistant = Assistant(store, retriever.vocabulary, retriever=retriever)
        outcomes[variant] = run_pairs(assistant, pairs, sources)
    groups = _groups(map(_group, pairs))
    made = f"{_sizes(groups)} and conversations, answered and judged as by `imdi eval`."
    return Section("Answers", made, answer_rows(outcomes, groups))


def _show_progress(variant: Variant) -> None:
    if sys.stderr.isatty():
        print(f"\r{variant.name:<40}", end="", file=sys.stderr, flush=True)


# ---- tables


def _group(pair: Pair) -> str:
    return TEST if pair.split == TEST else DEV


def _groups(names: Iterable[str]) -> dict[str, list[int]]:
    """The numbers of the questions of each group."""
    groups: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        groups.setdefault(name, []).append(number)
    return groups


def _sizes(groups: Groups) -> str:
    return ", ".join(f"{len(numbers)} {name}" for name, numbers in groups.items()) + " questions"


def rank_rows(ranks: Mapping[Variant, Ranks], groups: Groups, depths: Sequence[int]) -> Rows:
    """A row a variant: for each group the shares right within each depth, and won and lost at first."""
    header = [""]
    for name in groups:
        header += [f"{name}: first", "won / lost", *(f"in {depth}" for depth in depths[1:])]
    rows: Rows = [tuple(header)]
    for variant, own in ranks.items():
        row = [variant.name]
        for numbers in groups.values():
            first, *rest = (
                [(place := own[n]) is not None and place <= depth for n in numbers] for depth in depths
            )
            usual = [ranks[FULL][n] == 1 for n in numbers]
            row += [_share(first), _won_lost(first, usual), *map(_share, rest)]
        rows.append(tuple(row))
    return rows


def answer_rows(outcomes: Mapping[Variant, Sequence[PairOutcome]], groups: Groups) -> Rows:
    """A row a variant: for each group what is right, won and lost, wrong figures and missed abstentions."""
    header = [""]
    for name in groups:
        header += [f"{name}: right", "won / lost", "wrong figure", "missed abst."]
    rows: Rows = [tuple(header)]
    for variant, own in outcomes.items():
        row = [variant.name]
        for numbers in groups.values():
            verdicts = [own[n].verdict for n in numbers]
            right = [verdict is Verdict.RIGHT for verdict in verdicts]
            usual = [outcomes[FULL][n].verdict is Verdict.RIGHT for n in numbers]
            row += [_share(right), _won_lost(right, usual)]
            row += [str(verdicts.count(v)) for v in (Verdict.WRONG_FIGURE, Verdict.MISSED_ABSTENTION)]
        rows.append(tuple(row))
    return rows


def _share(hits: Sequence[bool]) -> str:
    return f"{100 * sum(hits) / len(hits):.1f}"


def _won_lost(own: Sequence[bool], usual: Sequence[bool]) -> str:
    won = sum(a and not b for a, b in zip(own, usual, strict=True))
    lost = sum(b and not a for a, b in zip(own, usual, strict=True))
    return f"{won} / {lost}"


def merge_sections(before: str, sections: Sequence[Section]) -> str:
    """The text of the results file: what it held, with `sections` put in or in place of their namesakes."""
    parts = re.split(r"^## (.+)\n", before, flags=re.MULTILINE)
    bodies = dict(zip(parts[1::2], parts[2::2], strict=True))
    for section in sections:
        bodies[section.heading] = f"\n{section.made}\n\n{as_markdown(section.rows)}\n\n"
    texts = (f"## {heading}\n\n{body.strip()}\n" for heading, body in bodies.items())
    return "\n".join((TITLE, *texts))
