"""A rubric's checks on one Analysis -> Score; the rep's own baseline; what is known of the prospect."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
