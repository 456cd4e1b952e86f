"""The network gives openai-whisper's numbers, whatever shares its batch."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from vmaudio.errors import WeightsCorrupt
from vmaudio.transcribe.weights import Weights, load_weights
from vmaudio.transcribe.weights.shapes import tensor_shapes
from vmaudio.transcribe.whisper.forced_scoring import score_texts
from vmaudio.transcribe.whisper.network import WhisperNetwork
from vmaudio.transcribe.whisper.tokenizer import tokenizer

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def found(weights_cache: Path) -> Weights:
    return load_weights("tiny.en", weights_cache)


@pytest.fixture(scope="module")
def net(found: Weights) -> WhisperNetwork:
    return WhisperNetwork(found)


@pytest.fixture(scope="module")
def mels() -> list[torch.Tensor]:
    torch.manual_seed(0)
    return [torch.randn(80, 3000), torch.randn(80, 640)]


def test_logits_and_features_are_whispers(found: Weights, net: WhisperNetwork, mels: list[torch.Tensor]):
    """In float32, features and logits equal those of ``whisper.model.Whisper`` at 30 s, token by token and at once."""
    from whisper.model import ModelDimensions, Whisper

    model = Whisper(ModelDimensions(**found.dims))
    model.load_state_dict(dict(found.tensors))
    tokens = torch.randint(0, 50000, (1, 9))
    with torch.inference_mode():
        features = model.eval().encoder(mels[0][None])
        wanted = model.decoder(tokens, features)
        mine = net.encode(mels[:1])
        assert torch.allclose(mine[0], features[0], atol=1e-3)
        state = net.start(net.listen(mine), 20)
        parts = [net.forward(tokens[:, :5], state)[0], *(net.forward(tokens[:, i : i + 1], state)[0] for i in range(5, 9))]
    assert torch.allclose(net.logits(torch.cat(parts, dim=1)), wanted, atol=1e-2)


def test_alignment_scores_are_whispers(found: Weights, net: WhisperNetwork, mels: list[torch.Tensor]):
    """The attention logits of the alignment heads equal those that ``whisper.timing`` hooks out of the model."""
    from whisper.model import ModelDimensions, Whisper, disable_sdpa

    model = Whisper(ModelDimensions(**found.dims))
    model.load_state_dict(dict(found.tensors))
    tokens = torch.randint(0, 50000, (1, 6))
    seen: dict[int, torch.Tensor] = {}
    for layer, block in enumerate(model.decoder.blocks):
        block.cross_attn.register_forward_hook(lambda _, ins, outs, layer=layer: seen.__setitem__(layer, outs[-1][0]))
    with torch.inference_mode(), disable_sdpa():
        model.eval()(mels[0][None], tokens)
        _, scores = net.forward(tokens, net.start(net.listen(net.encode(mels[:1])), 6), align=True)
    wanted = torch.stack([seen[layer][head] for layer, head in net.alignment_heads])
    assert torch.allclose(scores[0], wanted, atol=1e-2)


def test_neighbours_and_padding_change_nothing(net: WhisperNetwork, mels: list[torch.Tensor]):
    """A row's logits are bit by bit the same alone and beside a longer window and a longer prompt, and as it goes on."""
    tokens = torch.randint(0, 50000, (2, 7))
    with torch.inference_mode():
        alone, beside = net.encode(mels[1:]), net.encode(mels)
        assert torch.equal(alone[0], beside[1])
        one, two = (net.start(net.listen(features), 8) for features in (alone, beside))
        first = net.logits(net.forward(tokens[1:, :4], one)[0])[0]
        both = net.logits(net.forward(tokens, two, lengths=[7, 4])[0])[1, :4]
        assert torch.equal(first, both)
        first = net.logits(net.forward(torch.tensor([[6]]), one)[0])[0]
        both = net.logits(net.forward(torch.tensor([[5], [6]]), two)[0])[1]
    assert torch.equal(first, both)


def test_dropping_rows_keeps_the_others(net: WhisperNetwork, mels: list[torch.Tensor]):
    """A row goes on as before after another one has finished."""
    tokens = torch.randint(0, 50000, (2, 4))
    with torch.inference_mode():
        audio = net.listen(net.encode(mels))
        both, dropped = net.start(audio, 6), net.start(audio, 6)
        net.forward(tokens, both)
        net.forward(tokens, dropped)
        dropped.keep([1])
        wanted = net.forward(torch.tensor([[5], [6]]), both)[0][1]
        got = net.forward(torch.tensor([[6]]), dropped)[0][0]
    assert torch.allclose(wanted, got, atol=1e-4)


def test_texts_fit_as_one_by_one(net: WhisperNetwork, mels: list[torch.Tensor]):
    """Many texts in one row get the probabilities that each gets alone, whatever is beside them."""
    words = tokenizer(net.multilingual, net.languages, "en")
    texts = [" 303-555-0126", " 303-555-0120", " 3", " 719-555-0126."]
    with torch.inference_mode():
        audio = net.listen(net.encode(mels[:1]))
        together = score_texts(net, words, audio, " Call me at", texts)
        head = [*words.sot_sequence_including_notimestamps, *words.encode(" Call me at")]
        known = sorted({token for text in texts for token in words.encode(text)})
        for text, found in zip(texts, together, strict=True):
            tokens = words.encode(text)
            hidden, _ = net.forward(torch.tensor([head + tokens]), net.start(audio, len(head) + len(tokens)))
            logits = net.logits(hidden[0, len(head) - 1 : -1])[:, known].log_softmax(dim=-1)
            wanted = sum(float(logits[i, known.index(token)]) for i, token in enumerate(tokens))
            assert found == pytest.approx(wanted, abs=2e-3)


@pytest.mark.parametrize("text_state", [6, 8])
def test_names_and_shapes_are_whispers(text_state: int):
    """The list of tensors is that of openai-whisper's own modules."""
    from whisper.model import ModelDimensions, Whisper

    dims = {
        "n_mels": 80, "n_audio_ctx": 10, "n_audio_state": 8, "n_audio_head": 2, "n_audio_layer": 2,
        "n_vocab": 30, "n_text_ctx": 12, "n_text_state": text_state, "n_text_head": 2, "n_text_layer": 3,
    }  # fmt: skip
    wanted = {name: tuple(value.shape) for name, value in Whisper(ModelDimensions(**dims)).state_dict().items()}
    assert tensor_shapes(dims) == wanted


def test_weights_that_do_not_fit_are_refused(found: Weights):
    """A missing or an additional tensor is an error, not a guess."""
    tensors = dict(found.tensors)
    del tensors["decoder.ln.weight"]
    with pytest.raises(WeightsCorrupt, match=r"decoder\.ln\.weight"):
        WhisperNetwork(Weights(found.model, found.dims, tensors, ""))
    with pytest.raises(WeightsCorrupt, match="extra"):
        WhisperNetwork(Weights(found.model, found.dims, {**found.tensors, "extra": torch.zeros(1)}, ""))
