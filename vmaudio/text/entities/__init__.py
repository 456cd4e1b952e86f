"""Transcript -> Entities: caller, callee, company, telephone numbers, e-mail addresses and times, with their places."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
