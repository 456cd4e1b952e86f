"""What users bring: manifests, outcome files of a CRM, dates and columns as other programs write them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
