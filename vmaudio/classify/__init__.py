"""Clauses -> Structure and Tone: the part of each clause, the approach of the message, how it sounds; and the model folders."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
