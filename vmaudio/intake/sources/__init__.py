"""Where recordings come from: one small reader for each kind of place, registered by entry points."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
