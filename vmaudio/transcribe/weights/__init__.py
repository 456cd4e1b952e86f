"""Whisper's weights: where they are, whether they are the published ones, how they are read and downloaded."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
