"""Bytes -> text: encodings, and the refusal of what is no text."""

from __future__ import annotations

import re
import unicodedata

from ingest.models import CorpusError

MAX_BYTES = 20_000_000  # of a text; the two published reports have 6 and 7 kB
MAX_CONTROL_SHARE = 0.01  # of the characters; more control characters than this is not text
SAMPLE = 4_000  # bytes that show whether every other one is zero
MIN_GARBLED = 3  # letters like "Ã¥" in a text; fewer may be meant
_GARBLED = re.compile("Ã[¥¦¸…†˜©]")  # å æ ø Å Æ Ø é in UTF-8 that was read as Windows-1252 and saved again
_CHARSET = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.I
)
_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decode(data: bytes, name: str, charset: str = "", *, markup: bool = False) -> str:
    """Bytes to text: by byte order mark, else as declared, else UTF-8, else UTF-16 or Windows-1252.

    The byte order mark is left out, every line end becomes one line feed and letters are composed (NFC):
    "a" with a ring of its own becomes "å".

    Args:
        data: the bytes of a file.
        name: the file's name, for messages.
        charset: what the server that sent it said.
        markup: a page; what it declares in its head counts, after the server's word.

    Raises:
        CorpusError: empty, too large, binary, or in an encoding that does not hold.
    """
    if len(data) > MAX_BYTES:
        raise CorpusError(f"{name}: {len(data)} bytes is more than {MAX_BYTES}. Split the report.")
    text = _decode(data, name, charset or (_declared(data) if markup else ""))
    if "\0" in text or _control_share(text) > MAX_CONTROL_SHARE:
        raise CorpusError(f"{name}: it holds binary data, not text. Save the report as plain text in UTF-8.")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not any(map(str.isalpha, text)):
        raise CorpusError(f"{name}: it is empty or has no words. Check that the file holds the report.")
    if len(_GARBLED.findall(text)) >= MIN_GARBLED and not re.search("[æøåÆØÅ]", text):
        raise CorpusError(
            f"{name}: its letters are garbled ('{_GARBLED.search(text)[0]}'). Save it anew from the original."  # type: ignore[index]
        )
    return unicodedata.normalize("NFC", text)


def _declared(data: bytes) -> str:
    match = _CHARSET.search(data[:SAMPLE])
    return match.group(1).decode("ascii", "ignore") if match else ""


def _decode(data: bytes, name: str, declared: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, name)
    if (wide := _wide(data)) and not declared.lower().startswith("utf-16"):
        declared = wide
    if declared and declared.lower().replace("_", "-") not in {"utf-8", "utf8"}:
        # Browsers read all of these as Windows-1252, and so do those who write them.
        latin = declared.lower() in {"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"}
        try:
            text = data.decode("cp1252" if latin else declared)
            if not _is_utf8(data):
                return text
        except (LookupError, UnicodeDecodeError, ValueError):
            pass
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        broken = error
    whole = sum(1 for char in data.decode("utf-8", "ignore") if ord(char) > 127)
    bad = data.decode("utf-8", "replace").count("\ufffd")
    if whole > bad:  # most letters outside ASCII are whole UTF-8: read as Windows-1252 they would be garbled
        raise CorpusError(
            f"{name}: its UTF-8 is damaged at byte {broken.start}. Save or fetch the file again."
        )
    return _strict(data, "cp1252", name)


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8 with letters outside ASCII: no other encoding gives that by chance."""
    try:
        return not data.isascii() and bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _wide(data: bytes) -> str:
    """UTF-16 without its mark: nearly every other byte of Norwegian text is zero."""
    sample = data[:SAMPLE]
    if len(sample) < 8 or len(data) % 2:
        return ""
    even, odd = sample[::2].count(0) * 2 / len(sample), sample[1::2].count(0) * 2 / len(sample)
    if odd > 0.8 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.8 and odd < 0.05 else ""


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"{name}: it is not text, in UTF-8 or {encoding}. Save the report as UTF-8."
        ) from error


def _control_share(text: str) -> float:
    controls = sum(1 for char in text if char < " " and char not in "\t\n\r\f\v")
    return controls / max(len(text), 1)
