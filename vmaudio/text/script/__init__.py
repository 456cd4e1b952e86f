"""A script beside what was said of it: said, changed, left out, added, word by word."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
