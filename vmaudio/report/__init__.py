"""Analyses in, files out. Data first (plain dataclasses), HTML last, so that each is tested alone."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
