"""Names and numbers taken out of text and sound, and everything of a message, prospect or rep forgotten."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
