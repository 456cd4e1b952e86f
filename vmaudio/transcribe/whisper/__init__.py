"""openai-whisper's weights in a network and decoder made for many short messages at a time."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
