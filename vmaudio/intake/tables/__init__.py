"""One reader for the tables that users bring: CSV of any usual dialect and Excel, columns, dates, people, files."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
