"""What travels between the stages: frozen dataclasses with the unit in the field name, as JSON and back."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
