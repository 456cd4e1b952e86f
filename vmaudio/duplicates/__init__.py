"""Near-duplicate messages: to one prospect over time, to many prospects, and after "not me" was recorded."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
