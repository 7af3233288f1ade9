"""The engine for many texts: sentence-transformers in the best precision of the machine, batched by length.

Importing it and loading a model takes 5 to 7 s and about 500 MB, so only work that pays for that comes here.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ingest.models import EngineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Batch = tuple[list[int], Vectors]

# Tokens of a batch, padding included. On a processor more of them fall out of its second cache: 32 texts of
# 70 tokens went 8 % faster than 64; and half as many went 10 % slower. A graphics card wants many at a time.
BATCH_TOKENS = 2_048
BATCH_TOKENS_GPU = 65_536
TOKENIZED_AT_ONCE = 4_096  # texts; bounds the memory that their tokens take
SAME = 0.999  # cosine of a text's vectors from which two engines are taken for one


class Transformer:
    """A sentence-transformers model, by hub name or folder.

    Args:
        name: of the model.
        fast: in the best precision of the machine; otherwise in float32.
        own_layers: with the layers that the library gives it, also where there are quicker ones.

    Raises:
        EngineError: it cannot be loaded.
    """

    def __init__(self, name: str, *, fast: bool, own_layers: bool = False) -> None:
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # see `BundledEncoder`
        try:
            import torch
            from sentence_transformers import SentenceTransformer

            self.device = _device()
            self.precision = best_precision() if fast else "float32"
            options = {"dtype": getattr(torch, self.precision)}
            with _no_bars():
                self._engine = SentenceTransformer(name, device=self.device, model_kwargs=options)
            if self.precision == "bfloat16" and not own_layers:
                from ingest.quick_bert import quicken

                quicken(self._engine)
        except Exception as error:  # the library raises whatever its many back ends raise
            raise EngineError(str(error)) from error

    @property
    def longest(self) -> int:
        """How many tokens of a text it reads; the rest is cut off."""
        return int(self._engine.max_seq_length or 512)

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, uncut; its characters where the model has no ordinary tokenizer."""
        lengths: list[int] = []
        for start in range(0, len(texts), TOKENIZED_AT_ONCE):
            part = list(texts[start : start + TOKENIZED_AT_ONCE])
            try:
                found = self._engine.tokenizer(part, truncation=False, verbose=False)["input_ids"]
            except (TypeError, KeyError, ValueError, AttributeError):
                found = part
            lengths += [len(one) for one in found]
        return lengths

    def encode(self, texts: Sequence[str], batch_size: int = 0) -> Vectors:
        """Vectors of a few texts, all in one batch unless another size is given."""
        size = batch_size or max(1, len(texts))
        vectors: Vectors = self._engine.encode(
            list(texts), batch_size=size, convert_to_numpy=True, show_progress_bar=False
        )
        return vectors

    def batches(self, texts: Sequence[str], lengths: Sequence[int]) -> Iterator[Batch]:
        """Vectors of many texts, a batch of about equally long ones at a time, with their places in `texts`.

        The batches come in mixed order, so that those that are left cost what those that are done did, and
        the time left can be told.
        """
        bounded = [min(length, self.longest) for length in lengths]
        tokens = BATCH_TOKENS if self.device == "cpu" else BATCH_TOKENS_GPU
        batches = batches_by_length(bounded, tokens)
        random.Random(0).shuffle(batches)
        for rows in batches:
            yield rows, self.encode([texts[row] for row in rows])


def batches_by_length(lengths: Sequence[int], tokens: int) -> list[list[int]]:
    """Rows in batches of at most `tokens` tokens when padded to their longest; one row may be more."""
    batches: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not batches or (len(batches[-1]) + 1) * lengths[row] > tokens:
            batches.append([])
        batches[-1].append(row)
    return batches


def same_space(ours: Vectors, theirs: Vectors) -> bool:
    """Whether two engines gave the same vectors, row by row: cosines of at least `SAME`."""
    import numpy as np

    if ours.shape != theirs.shape:
        return False
    norms = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return bool(np.all((ours * theirs).sum(axis=1) / norms >= SAME))  # NaN is not


def _device() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def best_precision() -> str:
    """The name of torch's type in which this machine is fastest without leaving the vector space.

    A processor without instructions for bfloat16 works it out in float32, slower than float32 itself.
    """
    import torch

    device = _device()
    if device == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float16"
    if device == "cpu":
        can = torch.cpu.get_capabilities()
        return "bfloat16" if can.get("avx512_bf16") or can.get("amx_bf16") else "float32"
    return "float32"


@contextmanager
def _no_bars() -> Iterator[None]:
    """While a model is loaded; ours is the only progress that is shown."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
