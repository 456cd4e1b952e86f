from .engine import (
    OpenAIWhisper as OpenAIWhisper,
)
