"""Manifests and outcome files of a CRM -> outcomes joined to messages."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
