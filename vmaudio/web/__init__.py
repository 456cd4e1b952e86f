"""The web app: a rep's self-check, the coach's team pages, the rubric's editor. Every page has a ``.json`` twin."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
