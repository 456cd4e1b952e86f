"""Settings come from the option, else the environment, else the default."""

import pytest

from vmaudio.errors import SettingError
from vmaudio.settings import SETTINGS, get


def test_who_wins():
    """An option wins over the environment, the environment over the default."""
    environ = {"VMAUDIO_ENGINE": "openai-whisper:tiny.en"}
    assert get("engine", "faster-whisper:base", environ) == "faster-whisper:base"
    assert get("engine", None, environ) == "openai-whisper:tiny.en"
    assert get("engine", None, {}) == "openai-whisper:base"


@pytest.mark.parametrize("name", SETTINGS)
def test_every_default_is_read_back(name):
    """Every default is a value that its own variable may have, and every setting says what it is for."""
    setting = SETTINGS[name]
    assert setting.parse(str(setting.default)) == setting.default
    assert setting.help


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("max_seconds", "ten", "a number"),
        ("max_seconds", "-1", "below 0"),
        ("batch_size", "1.5", "a whole number"),
        ("local_numbers", "maybe", "yes or no"),
        ("tone", "loud", "all, self-check, off"),
    ],
)
def test_a_bad_value_is_named(name, text, why):
    """A value that a setting cannot have is refused with the variable's name and what is wanted."""
    with pytest.raises(SettingError, match=why) as caught:
        get(name, None, {f"VMAUDIO_{name.upper()}": text})
    assert f"VMAUDIO_{name.upper()}" in str(caught.value)
