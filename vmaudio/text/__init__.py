"""Transcript -> meaning: tokens, word lists, numbers as they are spoken; entities; clauses."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
