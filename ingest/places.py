"""Places: rows of municipality.toml and district.toml -> vocabulary entries; which place a label names.

Names change their meaning with the years: municipalities merge, counties are joined and parted again, and
some names are those of two places. What is known of that is data; this module only reads it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from ingest.models import Paragraph, ParagraphKind
from ingest.numbers import find_quantities
from ingest.sentences import find_sentences

if TYPE_CHECKING:
    from ingest.vocabulary import Mention, Vocabulary

AREA = "area"
SUBJECTS = ("subject", "term")  # what a report is about
# A name in fewer letters is too often another word without its accents ("Vågå", "vaga").
FOLDED_LETTERS = 5
ISSUER = 6  # words of a line that names but who issued a report
ACTING = 3  # words of a name with what it is: "Nordre Land kommune"
LOOKED_AT, LEADING, OFTEN = (
    80,
    3,
    3,
)  # paragraphs looked at and leading ones; times that a place is said there
_FOLDS = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})
_NUMBER = re.compile(r"(?:k[-\s]?)?(\d{2}|\d{4}|\d{6})\b[\s.:–-]*", re.IGNORECASE)
_YEARS = re.compile(r"\s*\(\s*(?:fra |til )?(?:(?:19|20)\d\d)?\s*[-–]?\s*(?:(?:19|20)\d\d)?\s*\)")
_DATELINE = re.compile(
    r"\W*(?P<name>[A-ZÆØÅ][\w-]+(?: [A-ZÆØÅ][\w-]+)?)\b(?P<day>,?\s+(?:den )?\d{1,2}\. ?\w+(?: \d{4})?)?"
    r"\s*(?P<agency>\([A-ZÆØÅ][^()\d]{1,40}\))?\s*(?::|[–—-]\s)"
)
_PARTS = re.compile(r"\s+[-–/]\s+|\s*/\s*")


def read_places(table: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The vocabulary entries of a file's `rows` and `homonyms`; none where it has no rows.

    An entry's data are `code`, `label`, `with`, `synonyms`, `level`, `names` (all that it is called by),
    `numbers`, `years`, `became`; `guarded` where its name counts only beside one of the file's `before` and
    `after` words (and `on_words` for the names in `on`), `capital` where it must be written with a capital
    letter besides. A name that is that of several places has `one_of`, their codes with years, and is
    `vague`.
    """
    on = frozenset(table.get("on", ()))
    guarded, capital = frozenset(table.get("guarded", ())), frozenset(table.get("capital", ()))
    for code, name, others, numbers, years, became in table.get("rows", ()):
        bare = name.partition(" (")[0]
        names = [name, *filter(None, others.split("; "))]
        is_guarded = bare in guarded or bare != name
        also = code in table.get("counties", ())
        after = (*table["after"], *(table["county"] if also else ()))
        before = (*table["before"], *(table["on_words"] if bare in on else ()))
        yield {
            **_named(table, code, name),
            "level": table["level"],
            "also": "county" if also else "",
            "names": names,
            "numbers": numbers,
            "years": years,
            "became": became,
            "guarded": is_guarded,
            "capital": bare in capital,
            "synonyms": [
                surface
                for n in names
                if n == name or " (" not in n
                for surface in _surfaces(n, before, after, guarded=is_guarded and n == name)
            ],
        }
    for code, name, places in table.get("homonyms", ()):
        surfaces = _surfaces(name, table["before"], table["after"], guarded=True)
        entry = _named(table, code, name)
        yield {**entry, "vague": True, "guarded": True, "one_of": places, "synonyms": surfaces}


def _named(table: Mapping[str, Any], code: str, name: str) -> dict[str, Any]:
    texts = {key: {k: v.format(name=name) for k, v in table[key].items()} for key in ("label", "with")}
    return {"code": code, **texts}


def _surfaces(name: str, before: Sequence[str], after: Sequence[str], *, guarded: bool) -> list[str]:
    """The surface forms of a name; `guarded`: none of them is the bare name."""
    plain = re.sub(r"[().]", "", name.lower())
    followed = f"{plain} ({'|'.join(after)})"
    if " (" in name:  # told apart by its county, so that no other word is needed
        return [plain, plain.replace(" ", " i ", 1)]
    if guarded:
        return [f"({'|'.join(before)}) {plain}", followed]
    folded = plain.translate(_FOLDS)
    forms = [plain] if folded == plain or len(plain) < FOLDED_LETTERS else [plain, folded]
    return [*forms, followed, *([] if plain.endswith("s") else [f"{plain}s"])]


def spans(years: str) -> list[tuple[int, int]]:
    """The spans of years that a text like "-2019 2024-" says; all years where it is empty."""
    found = []
    for span in years.split() or ["-"]:
        first, _, last = span.partition("-")
        found.append((int(first or 0), int(last or 9999)))
    return found


def existed(data: Mapping[str, Any], year: int) -> bool:
    """Whether the place of an entry's data existed in a year."""
    return any(first <= year <= last for first, last in spans(data.get("years", "")))


def levels(data: Mapping[str, Any]) -> frozenset[str]:
    """What the place of an entry's data is: "county", "municipality" …; Oslo is two of these."""
    return frozenset(filter(None, (data.get("level"), data.get("also"))))


def told_apart(
    codes: Iterable[str], data: Callable[[str], Mapping[str, Any]], known: Collection[str]
) -> tuple[str, ...]:
    """The places that codes stand for: of a name that several share, the `known` ones (all if none is)."""
    found: list[str] = []
    for code in codes:
        sharing = [place.partition(":")[0] for place in data(code).get("one_of", "").split()]
        found += [place for place in sharing if place in known] or sharing or [code]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=256)
def county_of(code: str, year: int, vocabulary: Vocabulary) -> str:
    """The county in which a municipality lies in a year, by their official numbers; "" where none is."""
    numbers = vocabulary.entry(AREA, code).data.get("numbers", "").split()
    counties = (e for e in vocabulary.of(AREA) if e.data.get("level") == "county" and existed(e.data, year))
    found = (e.code for e in counties if any(n.startswith(tuple(e.data["numbers"].split())) for n in numbers))
    return next(found, "")


def foremost(codes: Sequence[str], data: Callable[[str], Mapping[str, Any]], most: int) -> list[str]:
    """No more than `most` of some places: the counties where there are too many."""
    if len(codes) <= most:
        return list(codes)
    return ([code for code in codes if "county" in levels(data(code))] or list(codes))[:most]


def parts_of(code: str, entries: Mapping[str, Mapping[str, Any]], year: int) -> list[str]:
    """The places of a year in which a place did not exist that it was joined from, or was parted into."""
    before = [c for c, data in entries.items() if code in data.get("became", "").split()]
    after = entries[code].get("became", "").split()
    return [c for c in dict.fromkeys((*before, *after)) if c in entries and existed(entries[c], year)]


def dateline_end(text: str) -> int:
    """Where the line ends that says where a story was filed, and maybe when and by whom; 0 without one.

    "Oslo, 3. juni 2009 (Nordisk Nyhetsbyrå): Vel halvparten …", "BERGEN (NTB): …": no figure is of it.
    """
    found = _DATELINE.match(text)
    if found is None:
        return 0
    cried = found["name"].isupper() and text[found.end() :].lstrip()[:1].isalpha()
    return found.end() if found["day"] or found["agency"] or cried else 0


def home_of(title: str, vocabulary: Vocabulary) -> str:
    """The one place that a report is about, by its title ("Introduksjonsprogrammet i Drammen"); or ""."""
    named = vocabulary.find_in(title, vocabulary.tokens(title), cased=True)
    places = {m.code for m in named if m.dimension == AREA}
    entries = [vocabulary.entry(AREA, code) for code in places]
    return entries[0].code if len(entries) == 1 and not entries[0].data.get("vague") else ""


def home_told(paragraphs: Iterable[Paragraph], vocabulary: Vocabulary) -> str:
    """The one place that a report tells of from its first lines on, and far more than of any other; or ""."""
    looked_at = list(islice(paragraphs, LOOKED_AT))
    prose = [p.text for p in looked_at if p.kind is not ParagraphKind.TABLE]
    texts = [text[dateline_end(text) :] for text in prose]
    # What stands as a heading above all may be whose report it is: "Rapport fra Buskerud fylkeskommune".
    above = [h for h in (looked_at[0].section if looked_at else ()) if h not in texts]
    texts = [*above, *texts]
    said: Counter[str] = Counter()
    first: list[str] = []  # in the order in which they are named
    for number, text in enumerate(texts):
        found = vocabulary.find_in(text, vocabulary.tokens(text), cased=True)
        codes = [m.code for m in found if m.dimension == AREA]
        codes = [code for code in codes if not vocabulary.entry(AREA, code).data.get("vague")]
        said.update(codes)
        if number < LEADING + len(above):
            first += [code for code in codes if code not in first]
            for places in (_titled(text, found, vocabulary), _issued_by(text, found, vocabulary)):
                said.update(dict.fromkeys(places, OFTEN))
            said.update(m.code for m in found if _is_acting(m, text, vocabulary))
    first += [code for text in prose[:LEADING] for code in _slug(text, vocabulary) if code not in first]
    for code in first:
        # A name that is a word too is found beside "i" alone; here it may stand anywhere with its capital.
        name = vocabulary.entry(AREA, code).data["label"]["nb"].partition(" (")[0]
        said[code] = max(said[code], sum(len(re.findall(rf"\b{re.escape(name)}\b", text)) for text in texts))
    said.update(_called_county(first, texts, vocabulary))
    said = _without_outer(_without_inner(said, first, vocabulary), vocabulary)
    most = said.most_common(2)
    if not most or most[0][1] < OFTEN or most[0][0] not in first:
        return ""
    return most[0][0] if len(most) == 1 or most[0][1] > 2 * most[1][1] else ""


def _titled(text: str, found: Sequence[Mention], vocabulary: Vocabulary) -> set[str]:
    """The place in a line that says what a report is: "Evaluering av introduksjonsordningen i Telemark".

    Or whose it is: "Notat til kommunestyret i Nordre Land".
    """
    start, end = next(iter(find_sentences(text)), (0, len(text)))
    before = {*vocabulary.word_list("grammar", "people", "places")}
    before |= {*vocabulary.word_list("grammar", "place", "whose")}
    bodies = vocabulary.word_list("grammar", "place", "bodies")
    ends = [m.end for m in found if m.dimension in SUBJECTS and start <= m.start < end]
    ends += [t.end for t in vocabulary.tokens(text) if t.word in bodies and start <= t.start < end]
    places = [m for m in found if m.dimension == AREA and start <= m.start < end]
    if len({m.code for m in places}) != 1 or find_quantities(text[start:end]):
        return set()
    return {
        place.code
        for place in places
        for last in ends
        if last <= place.start
        and text[last : place.start].strip(" ,–-|·").lower() in {*before, ""}
        and not text[place.end :].lstrip()[:1].isupper()  # "Rapport fra Oslo Economics"
    }


def _is_acting(mention: Mention, text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text opens with a council: "Vågan kommune fikk 54 prosent av deltakerne ut i jobb"."""
    after = vocabulary.tokens(text[mention.start :])[:ACTING]
    bodies = vocabulary.word_list("grammar", "place", "councils")
    return mention.dimension == AREA and not mention.start and any(t.word in bodies for t in after)


def _issued_by(text: str, found: Sequence[Mention], vocabulary: Vocabulary) -> set[str]:
    """The place of a line that says but who issued a report: "Introduksjonssenteret, Tromsø kommune"."""
    start, end = next(iter(find_sentences(text)), (0, len(text)))
    line = vocabulary.tokens(text[start:end])
    councils = vocabulary.word_list("grammar", "place", "councils")
    if len(line) > ISSUER or find_quantities(text[start:end]) or not line or line[-1].word not in councils:
        return set()
    ends = {token.end for token in line[-2:]}  # "Tromsø kommune" may be one name
    return {m.code for m in found if m.dimension == AREA and m.end in ends}


def _called_county(first: Sequence[str], texts: Sequence[str], vocabulary: Vocabulary) -> dict[str, int]:
    """How often "fylket" stands for the one county among the first named ("kommunen" may be any)."""
    named = [code for code in first if "county" in levels(vocabulary.entry(AREA, code).data)]
    words = vocabulary.word_list("grammar", "place", "county")
    said = sum(token.word in words for text in texts for token in vocabulary.tokens(text))
    return {named[0]: said} if len(named) == 1 else {}


def _without_inner(said: Counter[str], first: Sequence[str], vocabulary: Vocabulary) -> Counter[str]:
    """`said` without what lies within one of the first places: towns do not compete with their county.

    One that is named before its county, and more often, does: "Volda er best i Møre og Romsdal".
    """
    numbers = _numbers(said, vocabulary)
    for code in sorted(first):
        rivals = {c for c in first[: first.index(code)] if said[c] > said[code]}
        if numbers.get(code):
            said = Counter(
                {
                    c: n
                    for c, n in said.items()
                    if c in rivals or not _is_inside(numbers[c], numbers[code], c, code)
                }
            )
    return said


def _without_outer(said: Counter[str], vocabulary: Vocabulary) -> Counter[str]:
    """`said` without the county of the place that is said most often, which is told of for comparison."""
    numbers = _numbers(said, vocabulary)
    most = next((code for code, _ in said.most_common(1)), "")
    return Counter(
        {c: n for c, n in said.items() if c == most or not _is_inside(numbers[most], numbers[c], most, c)}
    )


def _slug(text: str, vocabulary: Vocabulary) -> list[str]:
    """The place by which a local story begins, with neither date nor agency: "FLORA: Fleire går …"."""
    found = _DATELINE.match(text)
    if found is None or found["day"] or found["agency"] or not dateline_end(text):
        return []
    within = next(iter(vocabulary.word_list("grammar", "people", "places")))
    name = f"{within} {found['name'].title()}"  # a name that is a word too is found beside "i" alone
    return [
        m.code for m in vocabulary.find_in(name, vocabulary.tokens(name), cased=True) if m.dimension == AREA
    ]


def _numbers(codes: Iterable[str], vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """The official numbers of places."""
    return {code: tuple(vocabulary.entry(AREA, code).data.get("numbers", "").split()) for code in codes}


def _is_inside(numbers: Sequence[str], county: tuple[str, ...], code: str, home: str) -> bool:
    """Whether the official numbers of a place are those of one in a county."""
    return code != home and any(n.startswith(county) and n not in county for n in numbers)


class Gazetteer:
    """Which places the labels of a table name.

    Args:
        places: (code, data) of every place of the vocabulary.
        words: words that may stand around a name in a label ("kommune", "fylke").
    """

    def __init__(self, places: Iterable[tuple[str, Mapping[str, Any]]], words: Sequence[str]) -> None:
        self._data = dict(places)
        kinds = "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or r"(?!)"
        self._kinds = re.compile(rf"\s+(?:{kinds})$|^(?:{kinds})\s+")

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for code, data in self._data.items():
            if data.get("one_of") or not data.get("level"):
                continue
            for name in (*data["label"].values(), *data.get("names", ())):
                plain = _plain(name)
                for form in (plain, _plain(name.partition(" (")[0])):
                    if code not in found[form]:
                        found[form].append(code)
        for data in self._data.values():
            for place in data.get("one_of", "").split():
                name, code = _plain(data["label"]["nb"]), place.partition(":")[0]
                if code not in found[name]:
                    found[name].append(code)
        return {name: tuple(codes) for name, codes in found.items()}

    @cached_property
    def _by_number(self) -> Mapping[str, str]:
        return {n: code for code, data in self._data.items() for n in data.get("numbers", "").split()}

    def find(self, label: str, year: int | None = None, within: str = "") -> tuple[str, ...]:
        """Codes of the places that a label can be the name of: none, one, or several that share it.

        Args:
            label: a whole label, with or without its official number and the word for what it is
                ("0301 Oslo", "Oslo kommune", "Troms og Finnmark - Romsa ja Finnmárku", "Viken (2020-2023)").
            year: the year that the figures are of; of places that share a name those that existed are left.
            within: code of the county that the label stands under, where that is known.
        """
        text = _YEARS.sub("", unicodedata.normalize("NFC", label).strip())
        number = _NUMBER.match(text)
        if number and (code := self._by_number.get(number.group(1))):
            rest = self._codes(text[number.end() :])
            if not text[number.end() :].strip() or code in rest:
                return (code,)
        codes = self._codes(text[number.end() :] if number else text)
        if len(codes) > 1 and within:
            numbers = tuple(self._data.get(within, {}).get("numbers", "").split())
            inside = [c for c in codes if numbers and self._numbers(c, numbers)]
            codes = tuple(inside) or codes
        if len(codes) > 1 and year is not None:
            codes = tuple(c for c in codes if self._so_named(c, _plain(label), year)) or codes
        return codes

    def _numbers(self, code: str, counties: tuple[str, ...]) -> bool:
        return any(n.startswith(counties) for n in self._data[code].get("numbers", "").split())

    def _codes(self, text: str) -> tuple[str, ...]:
        """Of a whole text, without the word for what it is, or of its parts in several languages."""
        plain = _plain(text)
        for form in (plain, self._kinds.sub("", plain)):
            if codes := self._by_name.get(form):
                return codes
        parts = [self._codes(part) for part in _PARTS.split(text)] if _PARTS.search(text) else []
        known = {codes for codes in parts if codes}
        return next(iter(known)) if len(known) == 1 else ()

    def _so_named(self, code: str, name: str, year: int) -> bool:
        """Whether a place existed in a year and had just this name then."""
        if not existed(self._data[code], year):
            return False
        for data in self._data.values():
            if data.get("one_of") and _plain(data["label"]["nb"]) == name:
                years = {c: y for c, _, y in (p.partition(":") for p in data["one_of"].split())}
                return existed({"years": years.get(code, "")}, year)
        return True


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().split())
