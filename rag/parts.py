"""A message -> its parts: the questions in it, and what is told before them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.numbers import find_periods, find_quantities
from ingest.sentences import find_sentences
from ingest.vocabulary import Token, Vocabulary, holds, starts_with
from rag.calculate import PEOPLE as HEADS
from rag.calculate import PERCENT, YEARS
from rag.listed import one_of_each_kind
from rag.models import Intent
from rag.wording import joined_by

# Signs that set one question off from the next ("andel menn i mål + hva tjener de?").
JOINING_SIGNS = "+;&"
# A verb and whom it is of: what is asked of them comes after.
FEWEST_WORDS = 2
# Parts the items of a list; what an item of figures opens with.
LISTING = ","
FIGURES = frozenset({"count", "share"})
# Signs between what is said and what is asked after it.
REMARK_SIGNS = ",:;–-"
# Dimensions that say of whom a figure is.
PEOPLE = ("sex", "origin", "education", "age", "status")
# Words within which one says what an answer is for.
PURPOSE_REACH = 10
# Characters between a figure and its year ("44 prosent i 2023").
NEAR = 4
# After a question mark, a cry, or a full stop after a word of some length, a message may go on uncapitalised.
_ENDS = re.compile(r"(?<=\?)\s+|(?<=!!)\s+|(?<=[a-zæøå0-9]{4}\.)\s+(?=[a-zæøå])")
# The end of the first sentence of several.
_END = re.compile(r"[.!?]+\s+")
# Between sentences, whose capitals messages leave out.
SENTENCE_ENDS = frozenset(".!")


def split_parts(text: str, vocabulary: Vocabulary) -> list[str]:
    """The questions in a text: one after another, or joined by "og" before a question word."""
    parts: list[str] = []
    told, text = _without_preamble(text, vocabulary)
    verbs = vocabulary.word_list("language", "questions", "verb_openers")
    openers = vocabulary.sequences("language", "questions", "openers")
    contrast = vocabulary.word_list("language", "questions", "but")
    parts += [part for part in _sentences(told, vocabulary) if part]
    for sentence in _with_addenda(_sentences(text, vocabulary), vocabulary):
        sentence = _without_inclusion(sentence, vocabulary)
        tokens = vocabulary.tokens(sentence)
        begin = _premise_end(sentence, tokens, vocabulary) or _remark_end(sentence, tokens, vocabulary)
        parts += [sentence[:begin].strip(" ,")] if begin else []
        for at, token in enumerate(tokens):
            if at > 1 and _joins(sentence, tokens, at, vocabulary):
                before = sentence[begin : token.start]
                # "Hadde menn best resultat, og hvor mange …": what follows must name something itself.
                polar = tokens[0].word in verbs and before.rstrip().endswith(",")
                polar = polar and _names_measure(sentence[token.end :], vocabulary)
                asks = polar or any(starts_with(tokens, k, openers) for k in range(at))
                ended = _ended(sentence, tokens[at - 1], token)
                again = _names_again(sentence, tokens, at, vocabulary)
                if asks or ended or again or token.word in contrast or _wants_figure(before, vocabulary):
                    # What is joined is asked as the whole is.
                    apart = ended or token.word in contrast
                    mark = "?" if sentence.endswith("?") and not apart else ""
                    parts.append(before.strip(f" ,{JOINING_SIGNS}") + mark)
                    begin = tokens[at + 1].start if again else token.start
        parts.append(sentence[begin:].strip())
    kinds = [asked for part in parts if part for asked in one_of_each_kind(part, vocabulary)]
    return kinds or [text]


def _ended(text: str, first: Token, second: Token) -> bool:
    return bool(SENTENCE_ENDS & set(text[first.end : second.start]))


def _sentences(text: str, vocabulary: Vocabulary) -> list[str]:
    """The sentences of a question; after a question mark the next one may begin without a capital."""
    interjections = vocabulary.word_list("language", "questions", "interjections")
    tokens = vocabulary.tokens(text)
    if len(tokens) > 1 and tokens[0].word in interjections and _ended(text, tokens[0], tokens[1]):
        # "LOL. og utdanning?"
        text = text[tokens[1].start :]
    found = (text[start:end] for start, end in find_sentences(text))
    return [part for sentence in found for part in _ENDS.split(sentence)]


def _with_addenda(sentences: list[str], vocabulary: Vocabulary) -> list[str]:
    """The sentences, with what only says a question more exactly within it ("… altså verken jobb …")."""
    restating = vocabulary.sequences("language", "questions", "restating")
    openers = vocabulary.sequences("language", "questions", "openers")
    supposing = vocabulary.sequences("operations", "clauses", "supposing")
    result: list[str] = []
    for sentence in sentences:
        tokens = vocabulary.tokens(sentence)
        length = starts_with(tokens, 0, restating)
        if result and starts_with(vocabulary.tokens(result[-1]), 0, supposing):
            # "Suppose the 905 had been counted. What would the total be?"
            result[-1] = f"{result[-1].rstrip('.! ')}, {sentence}"
            continue
        if result and length and result[-1].endswith("?") and not starts_with(tokens, length, openers):
            result[-1] = f"{result[-1].rstrip('? ')}, {sentence.rstrip('.!? ')}?"
        else:
            result.append(sentence)
    return result


def second_alternative(text: str, vocabulary: Vocabulary) -> str:
    """The second question of an either-or ("Er de avskrevet, eller kan de telle senere?"), or ""."""
    tokens = vocabulary.tokens(text)
    openers = vocabulary.sequences("language", "questions", "openers")
    verbs = vocabulary.word_list("language", "questions", "verb_openers")
    pronouns = vocabulary.word_list("language", "questions", "pronouns")
    either = vocabulary.word_list("grammar", "boundary", "union")
    if not tokens or tokens[0].word not in verbs:
        return ""
    for at in range(1, len(tokens) - 2):
        verb = tokens[at + 1]
        asks = verb.word in verbs or starts_with(tokens, at + 1, openers)
        if tokens[at].word in either and asks and tokens[at + 2].word in pronouns:
            return text[verb.start :]
    return ""


def _without_inclusion(sentence: str, vocabulary: Vocabulary) -> str:
    """A claim of a figure without the doubt whether something else is in it ("…, eller er skole med?")."""
    tokens = vocabulary.tokens(sentence)
    verbs, either = (
        vocabulary.word_list(*where)
        for where in (("language", "questions", "verb_openers"), ("grammar", "boundary", "union"))
    )
    within = vocabulary.sequences("language", "questions", "taken_in")
    for at in range(1, len(tokens) - 2):
        before, rest = sentence[: tokens[at].start].rstrip(" ,"), sentence[tokens[at].end :]
        doubts = (
            tokens[at].word in either and tokens[at + 1].word in verbs and holds(tokens[at + 1 :], within)
        )
        if doubts and find_quantities(before) and _names_measure(before, vocabulary):
            return f"{before}?" if _names_measure(rest, vocabulary) else sentence
    return sentence


def _joins(sentence: str, tokens: list[Token], at: int, vocabulary: Vocabulary) -> bool:
    """Whether a new question begins at a word: "og" before a question word, or that after a sign ("+")."""
    openers = vocabulary.sequences("language", "questions", "openers")
    if joined_by(tokens, at, vocabulary):
        length = starts_with(tokens, at + 1, openers)
        rest = sentence[tokens[at].end :]
        plus = vocabulary.word_list("operations", "between", "plus")
        if length and tokens[at].word in plus and not vocabulary.find(rest):
            # "2023 mot året før: pluss hvor mange?" asks for what has come on top.
            return False
        again = _names_again(sentence, tokens, at, vocabulary) or _asks_of_that(tokens, at + 1, vocabulary)
        listed = at + 1 < len(tokens) and _lists_figures(sentence, tokens, at + 1, vocabulary)
        polar = _asks_whether(sentence, tokens, at, vocabulary)
        return bool(length) or again or listed or polar or _counts_again(sentence, tokens, at, vocabulary)
    between = set(sentence[tokens[at - 1].end : tokens[at].start])
    if LISTING in between:
        return _lists_figures(sentence, tokens, at, vocabulary)
    verbs = vocabulary.word_list("language", "questions", "verb_openers")
    joins = between & set(JOINING_SIGNS) or (SENTENCE_ENDS & between and tokens[at].word not in verbs)
    if not joins or starts_with(tokens, at, openers):
        return bool(joins)
    # "Antall nye i 2023 + antall land".
    rest = sentence[tokens[at].start :]
    wishes = vocabulary.find_intents(rest, vocabulary.tokens(rest))
    return any(wish.start == 0 and wish.code in ("count", "share") for wish in wishes)


def _asks_of_that(tokens: Sequence[Token], at: int, vocabulary: Vocabulary) -> bool:
    """Whether a question about what was just asked begins at a word.

    Of its rest ("… og resten?"), or of whether it explains something ("… and is that the whole reason?").
    """
    verbs, explaining, formal = (
        vocabulary.word_list("language", "questions", key) for key in ("verb_openers", "explaining", "formal")
    )
    rest = starts_with(tokens, at, vocabulary.sequences("language", "questions", "rest_of"))
    if rest and at + rest == len(tokens):
        # "Hvor mange prosent fikk jobb, og resten?"
        return True
    of_that = at + 2 < len(tokens) and tokens[at + 1].word in formal
    cause = vocabulary.sequences("language", "questions", "the_cause")
    explains = of_that and (tokens[at].word in explaining or holds(tokens[at:], cause))
    return explains and tokens[at].word in (*verbs, *explaining)


def _asks_whether(sentence: str, tokens: list[Token], at: int, vocabulary: Vocabulary) -> bool:
    """Whether a yes-or-no question begins after a comma and an "and" (", and are those … counted?")."""
    verbs, whom = (vocabulary.word_list("language", "questions", key) for key in ("verb_openers", "pronouns"))
    after = tokens[at + 1 :]
    if len(after) <= FEWEST_WORDS or not sentence[: tokens[at].start].rstrip().endswith(","):
        return False
    wishes = vocabulary.find_intents(sentence[after[0].start :], after)
    weighs = {"compare", "change"} & {wish.code for wish in wishes}
    opens = after[0].word in verbs and after[1].word in whom and not weighs
    return opens and any(
        m.dimension in ("measure", "term") for m in vocabulary.find(sentence[after[1].end :])
    )


def _lists_figures(sentence: str, tokens: list[Token], at: int, vocabulary: Vocabulary) -> bool:
    """Whether the next of several figures is named after a comma ("antall nye, antall land, andel i jobb").

    Each item says whether a number or a share is wanted, and of what; what sets figures against each other
    is one question.
    """
    before, rest = sentence[: tokens[at].start], sentence[tokens[at].start :]
    wishes, told = (
        {(m.code, m.start) for m in vocabulary.find_intents(text, vocabulary.tokens(text))}
        for text in (rest, before)
    )
    opens = any(code in FIGURES and start == 0 for code, start in wishes)
    said = {code for code, _ in told}
    if not opens or not said & FIGURES or {"compare", "change", "gap", "sum"} & said:
        return False
    item = rest.split(f"{LISTING} ")[0]
    if holds(vocabulary.tokens(rest), vocabulary.sequences("grammar", "anaphora", "all")):
        return False  # "andel til jobb, andel til utdanning, andel totalt": the last is of them together
    last = max((m.end for m in vocabulary.find(before) if m.dimension == "measure"), default=0)
    wished = max(start for code, start in told if code in FIGURES)
    return last > wished and _names_measure(item, vocabulary)


def _names_again(sentence: str, tokens: list[Token], at: int, vocabulary: Vocabulary) -> bool:
    """Whether a measure is named again after an "og", of other people than before it.

    "Måloppnåelse 19–24 år, og måloppnåelse kvinner med høyere utdanning" are two questions.
    """
    if at + 1 >= len(tokens):
        return False
    start = tokens[at + 1].start
    found = vocabulary.find(sentence)
    again = [m for m in found if m.dimension == "measure" and m.start == start and not m.weak]
    before = [m for m in found if m.end <= tokens[at].start]
    named = {m.code for m in before if m.dimension == "measure"}
    apart = [bool(_told_of(sentence[:start])), bool(_told_of(sentence[start:]))]
    groups = [
        any(m.dimension in PEOPLE for m in part) for part in (before, [m for m in found if m.start > start])
    ]
    of_whom = all(told or group for told, group in zip(apart, groups, strict=True))
    return bool(again) and again[0].code in named and of_whom


def _told_of(text: str) -> bool:
    """Whether a text tells an age."""
    return any(q.unit == YEARS and q.lower != q.upper for q in find_quantities(text))


def _counts_again(sentence: str, tokens: list[Token], at: int, vocabulary: Vocabulary) -> bool:
    """Whether another count is asked for after an "and" ("number of countries, and number of starters")."""
    rest = sentence[tokens[at].end :].strip()
    after, before = (
        vocabulary.find_intents(text, vocabulary.tokens(text))
        for text in (rest, sentence[: tokens[at].start])
    )
    if {wish.code for wish in before} & {"compare", "change", "gap", "sum"}:
        # "The difference between the number who started and the number who ended" is of both.
        return False
    opens = {wish.surface.lower() for wish in after if wish.start == 0 and wish.code == "count"}
    again = opens & {wish.surface.lower() for wish in before}
    return (
        bool(again)
        and _names_measure(rest, vocabulary)
        and _names_measure(sentence[: tokens[at].start], vocabulary)
    )


def _names_measure(text: str, vocabulary: Vocabulary) -> bool:
    return any(m.dimension == "measure" for m in vocabulary.find(text))


def _wants_figure(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text without a question word wants a share or a count of something ("andel i jobb 2017")."""
    wishes = {mention.code for mention in vocabulary.find_intents(text, vocabulary.tokens(text))}
    return bool({"count", "share"} & wishes) and _names_measure(text, vocabulary)


def _premise_end(sentence: str, tokens: Sequence[Token], vocabulary: Vocabulary) -> int:
    """Where a question with a measure of its own begins after "Siden alle fikk jobb, …"; else 0."""
    openers = vocabulary.sequences("language", "questions", "openers")
    since = vocabulary.word_list("language", "questions", "premise")
    if not tokens or tokens[0].word not in since:
        return 0
    comma = sentence.find(",")
    after = [token for token in tokens if token.start > comma]
    asks = comma > 0 and bool(after) and bool(starts_with(after, 0, openers))
    return after[0].start if asks and _names_measure(sentence[after[0].start :], vocabulary) else 0


def _remark_end(sentence: str, tokens: Sequence[Token], vocabulary: Vocabulary) -> int:
    """Where a question begins after what whoever asks tells ("Jeg mangler 2022: hvor mange …"); else 0.

    What is asked of names something itself: "vi vet at menn lå høyest, hvorfor?" is one question.
    """
    openers = vocabulary.sequences("language", "questions", "openers")
    verbs = vocabulary.word_list("language", "questions", "verb_openers")
    speaking = vocabulary.sequences("language", "questions", "speaking_of")
    speaks = starts_with(tokens, int(joined_by(tokens, 0, vocabulary)), speaking)
    if not speaks and not _judges_figure(sentence, tokens, vocabulary):
        return 0
    for at, token in enumerate(tokens[1:], 1):
        parted = set(sentence[tokens[at - 1].end : token.start]) & set(REMARK_SIGNS)
        if parted and token.word not in verbs and starts_with(tokens, at, openers):
            asked = sentence[token.start :]
            return token.start if vocabulary.find(asked) or find_periods(asked) else 0
    return 0


def _judges_figure(sentence: str, tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Whether a sentence opens with a figure of which it says something ("44 prosent er jo lite, hva …")."""
    being = vocabulary.word_list("language", "questions", "being")
    told = [q for q in find_quantities(sentence) if q.unit in (HEADS, PERCENT)]
    if len(told) != 1 or not tokens or not tokens[0].start <= told[0].start < tokens[0].end:
        return False
    year = next((p.end for p in find_periods(sentence) if p.start - told[0].end <= NEAR), told[0].end)
    after = [token for token in tokens if token.start >= year][:2]
    return any(token.word in being for token in after)


def _without_preamble(text: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """What is told before a question, if anything, and the question ("Til kommuneplanen: …", "si hvor …")."""
    tokens = vocabulary.tokens(text)
    asking = vocabulary.sequences("language", "questions", "asking")
    whether = vocabulary.word_list("language", "questions", "whether")
    openers = vocabulary.sequences("language", "questions", "openers")
    for at in range(len(tokens)):
        length = starts_with(tokens, at, asking)
        rest = tokens[at + length :] if length else []
        if starts_with(rest, 0, openers):
            return _told_before(text, tokens[at].start, vocabulary), text[rest[0].start :]
        if len(rest) > 1 and rest[0].word in whether:
            # "Sjefen vil vite om gapet krympet."
            before = _told_before(text, tokens[at].start, vocabulary)
            return before, _as_question(text[rest[1].start :])
    if (begins := _own_purpose_end(text, tokens, vocabulary)) > 0:
        # "Vi vil skrive i ingressen hvor stor del som var fra Ukraina."
        return "", _as_question(text[begins:])
    before, colon, after = text.partition(": ")
    if not colon or not after or _tells(before, vocabulary):
        return "", text
    wishes = {m.code for m in vocabulary.find_intents(before, vocabulary.tokens(before))}
    if Intent.WHO_SAID.value in wishes:
        # "Whose words are these: …?"
        return "", text
    opens = starts_with(vocabulary.tokens(before), 0, openers)
    if opens and {"rank", "compare"} & wishes and not starts_with(vocabulary.tokens(after), 0, openers):
        # "Hva er verst: kvinner uten utdanning eller menn uten?"
        return "", text
    if "gap" in wishes and (asked := _about(before, after, vocabulary)):
        return "", asked
    apart = any(vocabulary.entry(m.dimension, m.code).data.get("apart") for m in vocabulary.find(before))
    if ("gap" in wishes or apart) and not vocabulary.find(after):
        # "Gapet mellom menn og kvinner: større eller mindre i 2023?" asks of its heading.
        return "", f"{before}, {after}"
    return "", after if len(after) > len(before) / 2 else text


def _as_question(text: str) -> str:
    """A text whose first sentence asks something, with the mark that says so."""
    first, _, more = _END.sub("\n", text, count=1).partition("\n")
    return f"{first.rstrip(' .!?')}? {more}".rstrip()


def _own_purpose_end(text: str, tokens: Sequence[Token], vocabulary: Vocabulary) -> int:
    """Where a question begins after what one means to do with the answer ("Eg må ha med i saka kor …")."""
    speaking, intending, openers = (
        vocabulary.sequences("language", "questions", key) for key in ("speaking_of", "intending", "openers")
    )
    verbs = vocabulary.word_list("language", "questions", "verb_openers")
    speaks = starts_with(tokens, 0, speaking)
    if not speaks or not starts_with(tokens, speaks, intending):
        return 0
    for at in range(speaks + 1, min(len(tokens), PURPOSE_REACH)):
        if starts_with(tokens, at, openers) and tokens[at].word not in verbs:
            before = text[: tokens[at].start]
            parted = set(before) & {*REMARK_SIGNS, *SENTENCE_ENDS, "?"}
            return 0 if parted or _tells(before, vocabulary) else tokens[at].start
    return 0


def _about(heading: str, question: str, vocabulary: Vocabulary) -> str:
    """A question with its heading for the pronoun that means it ("Gapet: er det mindre …?"); "" if none."""
    tokens = vocabulary.tokens(question)
    formal = vocabulary.word_list("language", "questions", "formal")
    verbs = vocabulary.word_list("language", "questions", "verb_openers")
    if len(tokens) < 2 or tokens[0].word not in verbs or tokens[1].word not in formal:
        return ""
    return f"{question[: tokens[1].start]}{heading}{question[tokens[1].end :]}"


def _told_before(text: str, end: int, vocabulary: Vocabulary) -> str:
    """The sentences, or the clause, before one that asks to be told; "" where these name nothing."""
    marks = [m.start() for m in re.finditer(r"[.!?,;:]", text[:end])]
    before = text[: marks[-1]].strip() if marks else ""
    return before if _tells(before, vocabulary) else ""


def _tells(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text names a measure, a group or a figure."""
    named = any(m.dimension not in ("frame", "term") for m in vocabulary.find(text))
    return named or any(c.isdigit() for c in text)
