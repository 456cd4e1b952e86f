"""Bytes -> Recording, and where in it there is speech. The only decoder of vmaudio."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
