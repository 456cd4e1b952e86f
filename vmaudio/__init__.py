"""vmaudio: which voicemails work? Transcribe, measure, classify and score recorded voicemails, locally.

The names in ``__all__`` are the library's public interface, and each is loaded when it is first used. What other modules hold
may change without notice.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
