"""A recording in a store of objects: s3://, gs:// and whatever else fsspec opens, where a setting allows it.

A manifest comes from elsewhere, and a URL in it must not make vmaudio ask any server for anything. So nothing is opened but
below the places that the setting ``storage`` names. Keys and passwords come from where the provider's own tools look for them
(environment, files); a URL that carries some is refused, as sources are stored.
"""

from __future__ import annotations

import re

from vmaudio import settings
from vmaudio.errors import ExtraMissing, SourceEmpty, SourceMissing, SourceRefused, SourceTooLarge

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+://")
_STEPS = re.compile(r"(^|/)\.\.(/|$)")


def is_url(source: str) -> bool:
    """Whether a source is a URL rather than a path.

    Args:
        source: as a message has it.
    """
    return _URL.match(source) is not None


def read_url(source: str, *, max_bytes: int) -> bytes:
    """Read a recording of at most ``max_bytes`` bytes by its URL.

    Args:
        source: a URL below one of the places in the setting ``storage``.
        max_bytes: a larger one is refused; no more than this is fetched.

    Returns:
        All of its bytes, at least one.

    Raises:
        SourceMissing: there is none, or the setting does not allow the place.
        SourceRefused: the URL has a password or parameters in it, or the place cannot be read.
        SourceEmpty: it has no bytes.
        SourceTooLarge: it has more than ``max_bytes``.
        ExtraMissing: a package that opens such URLs is not installed.
    """
    place = source.partition("://")[2]
    if "@" in place.partition("/")[0] or "?" in place or "#" in place:
        raise SourceRefused(
            "A recording's URL may hold no password and no parameters, as it would be stored. Give the plain URL, and the key "
            "where the provider's own tools look for it."
        )
    if not _is_allowed(source):
        raise SourceMissing(
            f"{source} lies at no place that may be opened. Name the place in VMAUDIO_STORAGE, as s3://bucket/folder."
        )
    try:
        import fsspec

        found = fsspec.open(source, "rb")
        with found.fs.open(found.path, "rb", cache_type="none") as stream:  # s3fs would else read 50 MB ahead
            data: bytes = stream.read(max_bytes + 1)
    except ImportError:
        scheme = source.partition("://")[0]
        raise ExtraMissing(
            f"{scheme}:// needs a package that is not installed. Install it: pip install 'vmaudio[storage]'."
        ) from None
    except FileNotFoundError:
        raise SourceMissing(f"{source} does not exist. Check the URL and the spelling of the name.") from None
    except Exception as error:  # noqa: BLE001 - each provider's package has errors of its own; their texts may quote keys
        raise SourceRefused(
            f"{source} cannot be read ({type(error).__name__}). Check the connection, and whether these keys may read it."
        ) from None
    if not data:
        raise SourceEmpty(f"{source} is empty: it has 0 bytes. Export or upload the recording again.")
    if len(data) > max_bytes:
        raise SourceTooLarge(
            f"{source} has more than the limit of {max_bytes / 1e6:.1f} MB. Cut the recording, or raise the setting "
            "max_file_mb."
        )
    return data


def _is_allowed(source: str) -> bool:
    # "::" chains readers in fsspec, so that what follows would be another place
    if "::" in source or _STEPS.search(source.partition("://")[2]):
        return False
    places = str(settings.get("storage")).split()
    return any(source == place or source.startswith(place.rstrip("/") + "/") for place in places if is_url(place))
