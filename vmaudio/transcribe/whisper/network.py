"""Whisper's network for many short messages: the same numbers as openai-whisper's model, in another order of work.

openai-whisper encodes 30 s for every message and decodes one message at a time. Here

- the encoder sees each window at its own length (whole half seconds, a margin of silence behind the speech). The linear
  layers run over all windows of a batch laid end to end; attention runs window by window. So no time goes to padding, and a
  window's features do not depend on which other windows share its batch;
- the decoder runs the whole batch one token at a time, with keys and values of the audio computed once, keys and values
  of the text written into one preallocated tensor, and finished rows taken out of the batch;
- attention is worked out row by row there too, and linear layers give a row the same sums whatever is beside it
  (`layers.linear`): a message has the same words alone and in any batch;
- weights are held in the compute type (bfloat16, float16 or float32); the residual stream stays float32.

A test compares the logits with ``whisper.model.Whisper`` in float32.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own custom
from torch import Tensor

from vmaudio.transcribe.processor import has_amx
from vmaudio.transcribe.whisper import one_query
from vmaudio.transcribe.whisper.attention_loops import attention
from vmaudio.transcribe.whisper.compiled_loops import has_float16
from vmaudio.transcribe.whisper.kv_cache import Audio, State, pairs_in_one_block
from vmaudio.transcribe.whisper.layers import LayerReader, checked_alignment_heads, linear
from vmaudio.transcribe.whisper.linear_loops import multiply
from vmaudio.transcribe.whisper.packing import packed
from vmaudio.transcribe.whisper.panels import Panels
from vmaudio.transcribe.whisper.self_attention import attend_blocks
from vmaudio.transcribe.whisper.threads import one_thread
from vmaudio.transcribe.whisper.tokenizer import vocabulary

if TYPE_CHECKING:
    from vmaudio.transcribe.weights import Weights


def compile_loops(dtype: torch.dtype) -> None:
    """Compile the loops that a network takes on a processor; they are kept.

    Args:
        dtype: its compute type.
    """
    if dtype != torch.float16:
        attention(one_query.raw(torch.empty(0, dtype=one_query.kept(dtype))).dtype.name)
    if dtype == torch.float32 and has_float16():
        multiply()


class WhisperNetwork:
    """Whisper's network in one compute type on one device.

    In the shapes below, "width" is the size of the model's state ("n_audio_state", "n_text_state"; 384 for tiny), "heads" is
    "n_text_head", and a frame of features is 20 ms.

    Args:
        weights: from `vmaudio.transcribe.weights.load_weights`.
        dtype: torch.float32, bfloat16 or float16.
        device: "cpu" or "cuda".

    Attributes:
        dims: openai-whisper's ``ModelDimensions``.
        multilingual: False for the ".en" models.
        languages: how many languages the model knows.
        alignment_heads: (layer, head) of the heads that follow the words.

    Raises:
        WeightsCorrupt: a tensor of openai-whisper's model is missing, unknown or of another shape.
    """

    def __init__(self, weights: Weights, dtype: torch.dtype = torch.float32, device: str = "cpu") -> None:
        self.dims = dict(weights.dims)
        self.model = weights.model
        self.dtype = dtype
        self.device = torch.device(device)
        self.multilingual, self.languages = vocabulary(self.dims)
        self.alignment_heads = checked_alignment_heads(weights)
        tensors = weights.tensors
        read = LayerReader(tensors, dtype, self.device)
        self.convs = [
            [tensors[f"encoder.{conv}.{part}"].to(self.device, dtype) for part in ("weight", "bias")]
            for conv in ("conv1", "conv2")
        ]
        self.audio_positions = tensors["encoder.positional_embedding"].float().to(self.device)
        self.encoder = [read.block(f"encoder.blocks.{i}") for i in range(self.dims["n_audio_layer"])]
        self.encoder_norm = read.norm("encoder.ln_post")
        embedding = tensors["decoder.token_embedding.weight"].to(self.device)
        self.projection = packed(embedding, dtype)
        if not isinstance(self.projection, Panels):  # a copy: the tensor that was read holds the whole file in memory
            self.embedding = embedding.clone()
        self.text_positions = tensors["decoder.positional_embedding"].float().to(self.device)
        self.decoder = [read.decoder_block(f"decoder.blocks.{i}") for i in range(self.dims["n_text_layer"])]
        self.decoder_norm = read.norm("decoder.ln")
        self.audio_heads, self.text_heads = self.dims["n_audio_head"], self.dims["n_text_head"]
        size = self.dims["n_text_state"] // self.text_heads
        local = self.device.type == "cpu"
        self._kept = one_query.kept(dtype) if local else dtype
        self._one_by_one = local and dtype != torch.float16 and size == one_query.SIZE
        self._blocks = dtype == torch.bfloat16 and local and not has_amx()

    # ---- audio ----

    def encode(self, mels: Sequence[Tensor]) -> list[Tensor]:
        """The encoder's features of windows of different lengths.

        Args:
            mels: log-mel spectrograms from `mel.log_mel`, each (n_mels, frames), an even number of 10 ms frames up to 3000.

        Returns:
            One tensor per window, (frames / 2, width), in the compute type.
        """
        pieces = []
        for mel in mels:
            x = mel.to(self.device, self.dtype)[None]
            x = F.gelu(F.conv1d(x, self.convs[0][0], self.convs[0][1], padding=1))
            x = F.gelu(F.conv1d(x, self.convs[1][0], self.convs[1][1], padding=1, stride=2))
            x = x[0].T.float()
            pieces.append(x + self.audio_positions[: x.shape[0]])
        lengths = [piece.shape[0] for piece in pieces]
        x = torch.cat(pieces)
        state = x.shape[1]
        for block in self.encoder:
            qkv = block.qkv(block.attn_ln(x))
            attended = torch.empty_like(qkv[:, :state])
            start = 0
            for length in lengths:
                attended[start : start + length] = self._attend_frames(qkv[start : start + length])
                start += length
            x += block.out(attended)
            x += block.mlp(x)
        return list(self.encoder_norm(x).to(self.dtype).split(lengths))

    def _attend_frames(self, qkv: Tensor) -> Tensor:
        """Attention of a window's frames, (frames, 3 * width), to one another: (frames, width)."""
        if self._blocks:
            return attend_blocks(qkv, self.audio_heads)
        length, heads = qkv.shape[0], self.audio_heads
        q, k, v = (part.view(1, length, heads, -1).transpose(1, 2) for part in qkv.chunk(3, dim=1))
        return F.scaled_dot_product_attention(q, k, v)[0].transpose(0, 1).reshape(length, -1)

    # ---- text ----

    def embed(self, tokens: Tensor) -> Tensor:
        """The vectors of tokens, as exact as the weights have them.

        Args:
            tokens: ids, of any shape.

        Returns:
            float32, (*tokens, width).
        """
        if isinstance(self.projection, Panels):
            return self.projection.rows(tokens)
        return self.embedding[tokens].float()

    def listen(self, features: Sequence[Tensor]) -> Audio:
        """The keys and values of the audio for all layers of the decoder.

        Args:
            features: one per row, (frames, width), from `encode`.

        Returns:
            A row for each.
        """
        lengths = [feature.shape[0] for feature in features]
        keys, values = self._pairs(lengths)
        for layer, block in enumerate(self.decoder):
            for row, (feature, length) in enumerate(zip(features, lengths, strict=True)):
                pair = block.key_value(feature).view(length, 2, self.text_heads, -1).permute(1, 2, 0, 3)
                keys[layer][row][0], values[layer][row][0] = pair[0], pair[1]
        return Audio(keys, values, lengths)

    def _of_audio(self, audio: Audio, layer: int, row: int) -> tuple[Tensor, Tensor]:
        """Keys and values of a row's audio in the compute type, (1, heads, frames, head size)."""
        return audio.keys[layer][row].to(self.dtype), audio.values[layer][row].to(self.dtype)

    def start(self, audio: Audio, capacity: int | Sequence[int]) -> State:
        """An empty state of the decoder.

        Args:
            audio: from `listen`.
            capacity: most tokens of a row, or of each; at most "n_text_ctx".
        """
        rows = len(audio.lengths)
        keys, values = self._pairs([capacity] * rows if isinstance(capacity, int) else capacity)
        return State(audio, keys, values, [0] * rows)

    def _pairs(self, places: Sequence[int]) -> tuple[list[list[Tensor]], list[list[Tensor]]]:
        """Room for keys and values of the decoder's layers, for so many places of each row."""
        shape = (len(self.decoder), self.text_heads, self.dims["n_text_state"] // self.text_heads)
        return pairs_in_one_block(shape, places, self._kept, self.device)

    def forward(
        self, tokens: Tensor, state: State, align: bool = False, lengths: Sequence[int] | None = None
    ) -> tuple[Tensor, list[Tensor]]:
        """Run the decoder over the next tokens of every row.

        Args:
            tokens: (rows, new), ids.
            state: of the tokens before, from `start`; changed in place.
            align: also return the attention logits of the alignment heads.
            lengths: how many of the new tokens are each row's own, the others behind them being padding of any ids; None for
                all of them.

        Returns:
            Hidden states after the last norm, float32, (rows, new, width), for `logits`; and for each row the attention
            logits from text to audio before softmax, float32, (alignment heads, new, frames), none unless ``align``.
        """
        rows, new = tokens.shape
        # not a beginning that happens to be one token long: beside longer ones it would be worked out the other way
        if new == 1 and lengths is None and not align and self._one_by_one:
            return self._step(tokens[:, 0], state), []
        with one_thread():
            return self._several(tokens, state, align, [new] * rows if lengths is None else list(lengths))

    def _several(self, tokens: Tensor, state: State, align: bool, own: Sequence[int]) -> tuple[Tensor, list[Tensor]]:
        """`forward` for several new tokens a row, of which ``own`` are each row's own."""
        rows, new = tokens.shape
        begins = state.lengths
        positions = torch.tensor(begins, device=self.device)[:, None] + torch.arange(new, device=self.device)
        x = self.embed(tokens) + self.text_positions[positions.clamp(max=self.text_positions.shape[0] - 1)]
        wanted: dict[int, list[int]] = {}
        for layer, head in self.alignment_heads if align else ():
            wanted.setdefault(layer, []).append(head)
        traced: list[list[Tensor]] = [[] for _ in range(rows)]
        masks = [self._text_mask(begin, count) for begin, count in zip(begins, own, strict=True)]
        width, heads, audio = x.shape[-1], self.text_heads, state.audio
        for layer, block in enumerate(self.decoder):
            qkv = block.qkv(block.attn_ln(x)).view(rows, new, 3, heads, -1).permute(2, 0, 3, 1, 4)
            a = qkv.new_zeros(rows, heads, new, width // heads)
            for row, (begin, count) in enumerate(zip(begins, own, strict=True)):
                keys, values, end = state.keys[layer][row], state.values[layer][row], begin + count
                keys[0, :, begin:end], values[0, :, begin:end] = qkv[1, row, :, :count], qkv[2, row, :, :count]
                q, k, v = qkv[0, row : row + 1, :, :count], keys[:, :, :end].to(self.dtype), values[:, :, :end].to(self.dtype)
                a[row, :, :count] = F.scaled_dot_product_attention(q, k, v, masks[row])[0]
            x = x + block.out(a.transpose(1, 2).reshape(rows, new, width))
            q = block.query(block.cross_ln(x)).view(rows, new, heads, -1).transpose(1, 2)
            a = torch.zeros_like(a)
            for row, count in enumerate(own):
                one, (keys, values) = q[row : row + 1, :, :count], self._of_audio(audio, layer, row)
                if chosen := wanted.get(layer):
                    scores = one[0, chosen] @ keys[0, chosen].transpose(-1, -2)
                    traced[row].append(scores.float() / math.sqrt(q.shape[-1]))
                a[row, :, :count] = F.scaled_dot_product_attention(one, keys, values)[0]
            x = x + block.cross_out(a.transpose(1, 2).reshape(rows, new, width))
            x = x + block.mlp(x)
        state.lengths = [begin + count for begin, count in zip(begins, own, strict=True)]
        return self.decoder_norm(x), [torch.cat(parts) for parts in traced] if align else []

    def _step(self, tokens: Tensor, state: State) -> Tensor:
        """`forward` for one new token a row, on a processor; see `one_query`."""
        heads, begins = self.text_heads, state.lengths
        x = self.embed(tokens) + self.text_positions[torch.tensor(begins).clamp(max=self.text_positions.shape[0] - 1)]
        rows, width = x.shape
        ends = [begin + 1 for begin in begins]
        for layer, block in enumerate(self.decoder):
            qkv = block.qkv(block.attn_ln(x)).view(rows, 3, heads, -1)
            keys, values = state.raw_keys[layer], state.raw_values[layer]
            new = one_query.raw(qkv[:, 1:].to(self._kept).contiguous())
            for row, begin in enumerate(begins):
                keys.arrays[row][:, begin], values.arrays[row][:, begin] = new[row]
            x = x + block.out(one_query.attend(qkv[:, 0], keys, values, ends).view(rows, width))
            q = block.query(block.cross_ln(x)).view(rows, heads, -1)
            audio = state.audio
            x = x + block.cross_out(
                one_query.attend(q, audio.raw_keys[layer], audio.raw_values[layer], audio.lengths).view(rows, width)
            )
            x = x + block.mlp(x)
        state.lengths = ends
        return self.decoder_norm(x)[:, None]

    def packed(self, tokens: Tensor, positions: Tensor, allowed: Tensor, audio: Audio) -> Tensor:
        """Run the decoder once over several continuations of one beginning, end to end in one row.

        Args:
            tokens: (n,), ids.
            positions: (n,), each token's place in its own text.
            allowed: bool, (n, n), whether a token (row) attends to another (column).
            audio: one row, from `listen`.

        Returns:
            Hidden states after the last norm, float32, (n, width), for `logits`.
        """
        width, heads = self.dims["n_text_state"], self.text_heads
        x = self.embed(tokens) + self.text_positions[positions]
        mask = torch.zeros(allowed.shape, dtype=self.dtype, device=self.device).masked_fill(~allowed, -math.inf)
        for layer, block in enumerate(self.decoder):
            q, k, v = block.qkv(block.attn_ln(x)).view(len(x), 3, heads, -1).permute(1, 2, 0, 3)
            k, v = (part[None].to(self._kept).to(self.dtype) for part in (k, v))  # as the state would keep them
            a = F.scaled_dot_product_attention(q[None], k, v, mask)[0]
            x = x + block.out(a.transpose(0, 1).reshape(len(x), width))
            q = block.query(block.cross_ln(x)).view(len(x), heads, -1).transpose(0, 1)
            keys, values = self._of_audio(audio, layer, 0)
            a = F.scaled_dot_product_attention(q[None], keys, values)[0]
            x = x + block.cross_out(a.transpose(0, 1).reshape(len(x), width))
            x = x + block.mlp(x)
        return self.decoder_norm(x)

    def logits(self, hidden: Tensor) -> Tensor:
        """The logits of all tokens.

        Args:
            hidden: states after the last norm, (..., width).

        Returns:
            float32, (..., n_vocab).
        """
        return linear(hidden.to(self.dtype), self.projection).float()

    def _text_mask(self, begin: int, new: int) -> Tensor | None:
        """Added to the attention of a row's new tokens to its text so far, (new, begin + new); None where all is allowed."""
        if new == 1:
            return None
        allowed = torch.arange(begin + new, device=self.device) <= torch.arange(begin, begin + new, device=self.device)[:, None]
        return torch.zeros(allowed.shape, dtype=self.dtype, device=self.device).masked_fill(~allowed, -math.inf)
