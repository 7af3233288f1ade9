"""BERT's layers in bfloat16 on a processor, in half as many steps as transformers takes for them.

Query, key and value are one product; the weights are kept in the order in which the processor's kernels
read them, where this build of torch can do that; and the scores of short texts are worked out directly, for
torch's fused attention is made for long ones. The weights are the same, so the vectors are, but for rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    Linear = Callable[[Tensor], Tensor]
    Making = Callable[[Tensor, Tensor, bool], Linear]

AGREE = 0.999  # cosine of each token's vector after all layers, those of transformers against these
_ROWS = 1_024  # for which the order of the weights is chosen; others are as right


def quicken(engine: SentenceTransformer) -> bool:
    """Put these layers in place of a model's own, if it is a plain BERT and they give the same numbers."""
    from transformers.models.bert.modeling_bert import BertModel

    model: Any = getattr(engine[0], "auto_model", None)
    if type(model) is not BertModel or model.dtype != torch.bfloat16 or model.device.type != "cpu":
        return False
    if model.config.hidden_act != "gelu" or model.config.is_decoder:
        return False
    for making in (packed, plain):
        try:
            with torch.inference_mode():
                quick = QuickEncoder(model.encoder, model.config.num_attention_heads, making)
                alike = _agree(quick, model)
        except (AttributeError, RuntimeError, TypeError, NotImplementedError):
            continue  # `packed` uses what torch keeps for its own compiler, and may lack
        if alike:
            model.encoder = quick
            return True
    return False


def _agree(quick: QuickEncoder, model: Any) -> bool:
    """Whether both give the same for two texts, one of them padded."""
    ids = torch.arange(5, 29).reshape(2, 12) % model.config.vocab_size
    mask = torch.ones(2, 1, 12, 12, dtype=torch.bool)
    mask[1, :, :, 7:] = False
    hidden = model.embeddings(input_ids=ids)
    found = [encoder(hidden, attention_mask=mask).last_hidden_state for encoder in (quick, model.encoder)]
    cosines = functional.cosine_similarity(*(one.float() for one in found), dim=-1)
    return bool((cosines >= AGREE).all())  # NaN is not


def plain(weight: Tensor, bias: Tensor, gelu: bool) -> Linear:
    """A product with weights, as torch offers it."""
    if gelu:
        return lambda x: functional.gelu(functional.linear(x, weight, bias))
    return lambda x: functional.linear(x, weight, bias)


def packed(weight: Tensor, bias: Tensor, gelu: bool) -> Linear:
    """The same with the weights put in order once, by private functions of torch (it does so at each call).

    Raises:
        AttributeError, RuntimeError: this torch or this processor does not have them.
    """
    own = torch.ops.mkldnn
    if not own._is_mkldnn_bf16_supported():
        raise RuntimeError("the processor has no instructions for bfloat16")
    ordered, product = own._reorder_linear_weight(weight, _ROWS), own._linear_pointwise
    name, algorithm = ("gelu", "none") if gelu else ("none", "")
    return lambda x: product(x, ordered, bias, name, [], algorithm)


class QuickEncoder(nn.Module):  # type: ignore[misc]
    """All layers of a BERT, to be called as transformers calls its own.

    Args:
        encoder: `BertEncoder` of transformers.
        heads: of the attention.
        making: `plain` or `packed`.
    """

    def __init__(self, encoder: Any, heads: int, making: Making) -> None:
        super().__init__()
        self._heads = heads
        self._layers = [_Layer(layer, heads, making) for layer in encoder.layer]

    def forward(self, hidden: Tensor, attention_mask: Tensor | None = None, **_: Any) -> Any:
        """Numbers of texts, tokens and places; `attention_mask` is true where a token is looked at."""
        from transformers.modeling_outputs import BaseModelOutputWithPastAndCrossAttentions

        bias = None
        if attention_mask is not None:
            seen = attention_mask[:, 0, -1:, :]  # every token of a text sees the same ones
            bias = torch.zeros_like(seen, dtype=hidden.dtype)
            bias = bias.masked_fill_(~seen, torch.finfo(hidden.dtype).min).repeat_interleave(self._heads, 0)
        for layer in self._layers:
            hidden = layer(hidden, bias)
        return BaseModelOutputWithPastAndCrossAttentions(last_hidden_state=hidden)


class _Layer:
    def __init__(self, layer: Any, heads: int, making: Making) -> None:
        own, out = layer.attention.self, layer.attention.output
        three = (own.query, own.key, own.value)
        weight = torch.cat([one.weight.detach() for one in three])
        self._asked = making(weight, torch.cat([one.bias.detach() for one in three]), False)
        self._heads, self._scale = heads, float(own.scaling)
        self._out = _of(out.dense, making)
        self._wide = _of(layer.intermediate.dense, making, gelu=True)
        self._narrow = _of(layer.output.dense, making)
        self._norms = out.LayerNorm, layer.output.LayerNorm

    def __call__(self, hidden: Tensor, bias: Tensor | None) -> Tensor:
        first, second = self._norms
        hidden = first(self._out(self._attended(hidden, bias)).add_(hidden))
        return second(self._narrow(self._wide(hidden)).add_(hidden))

    def _attended(self, hidden: Tensor, bias: Tensor | None) -> Tensor:
        texts, tokens, width = hidden.shape
        size = width // self._heads
        three = self._asked(hidden).view(texts, tokens, 3, self._heads, size)
        query, key, value = three.permute(2, 0, 3, 1, 4).reshape(3, texts * self._heads, tokens, size)
        if bias is None:
            scores = torch.bmm(query, key.transpose(1, 2)).mul_(self._scale)
        else:
            scores = torch.baddbmm(bias, query, key.transpose(1, 2), alpha=self._scale)
        seen = torch.bmm(scores.softmax(-1), value).view(texts, self._heads, tokens, size)
        return seen.transpose(1, 2).reshape(texts, tokens, width)


def _of(dense: nn.Linear, making: Making, *, gelu: bool = False) -> Linear:
    return making(dense.weight.detach(), dense.bias.detach(), gelu)
