"""Signals of known truth, a FakeTranscriber and other stand-ins: for vmaudio's tests and for other people's."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
