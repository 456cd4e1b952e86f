"""The store for an assistant: a read-only MCP server over stdio, with names and numbers left out unless they are asked for."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
