"""Recordings without a manifest and a CRM's export of calls -> which recording is which call, and how sure that is."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
