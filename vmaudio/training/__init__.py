"""Labelled messages -> fitted models that can be trusted: read, train, evaluate, compare; labels in and out."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
