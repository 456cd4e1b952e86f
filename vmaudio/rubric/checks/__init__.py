"""The questions that a rubric may ask of one Analysis, a file per family."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
