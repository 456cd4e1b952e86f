"""The whole analysis: `Analyzer` for one message or many, batches, workers, the cheap second scoring."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
