"""Names and shapes of the tensors of openai-whisper's model.

Written down, because making its modules to ask them (even without memory, on torch's meta device) imports torch's compiler,
which takes longer than everything else at start. A test compares them with ``whisper.model.Whisper``.
"""

from __future__ import annotations

from collections.abc import Mapping

Shapes = dict[str, tuple[int, ...]]


def tensor_shapes(dims: Mapping[str, int]) -> Shapes:
    """The shape of every tensor of a model.

    Args:
        dims: the fields of ``whisper.model.ModelDimensions``.

    Returns:
        openai-whisper's name to shape.
    """
    audio, text = dims["n_audio_state"], dims["n_text_state"]
    found: Shapes = {
        "encoder.positional_embedding": (dims["n_audio_ctx"], audio),
        "encoder.conv1.weight": (audio, dims["n_mels"], 3),
        "encoder.conv1.bias": (audio,),
        "encoder.conv2.weight": (audio, audio, 3),
        "encoder.conv2.bias": (audio,),
        **_norm("encoder.ln_post", audio),
        "decoder.positional_embedding": (dims["n_text_ctx"], text),
        "decoder.token_embedding.weight": (dims["n_vocab"], text),
        **_norm("decoder.ln", text),
    }
    for layer in range(dims["n_audio_layer"]):
        found |= _block(f"encoder.blocks.{layer}", audio, ("attn",))
    for layer in range(dims["n_text_layer"]):
        found |= _block(f"decoder.blocks.{layer}", text, ("attn", "cross_attn"))
    return found


def _block(name: str, state: int, attentions: tuple[str, ...]) -> Shapes:
    """A transformer block with these attentions."""
    found = {
        f"{name}.mlp.0.weight": (4 * state, state),
        f"{name}.mlp.0.bias": (4 * state,),
        f"{name}.mlp.2.weight": (state, 4 * state),
        f"{name}.mlp.2.bias": (state,),
        **_norm(f"{name}.mlp_ln", state),
    }
    for attention in attentions:
        found |= _norm(f"{name}.{attention}_ln", state)
        for part in ("query", "key", "value", "out"):
            found[f"{name}.{attention}.{part}.weight"] = (state, state)
            if part != "key":  # Whisper's keys have no bias
                found[f"{name}.{attention}.{part}.bias"] = (state,)
    return found


def _norm(name: str, state: int) -> Shapes:
    """A layer norm."""
    return {f"{name}.weight": (state,), f"{name}.bias": (state,)}
