"""Which approach works: rates with intervals, tests, sample sizes, rep effects, anytime-valid monitoring, plans."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
