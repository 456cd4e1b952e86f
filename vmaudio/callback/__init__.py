"""The probability of a callback, once a model was trained on real outcomes; and whether new messages are still like its own."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
