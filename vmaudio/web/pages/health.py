"""Is the server there?"""

from __future__ import annotations

from fastapi import APIRouter

import vmaudio
from vmaudio.web.context import WebOf
from vmaudio.web.schemas import Health

router = APIRouter(tags=["server"])


@router.get("/health")
def health(web: WebOf) -> Health:
    """For a monitor: open to everybody, and says nothing of anybody."""
    state = web.engine.state
    broken = state.startswith("broken")
    return Health(
        status="degraded" if broken else "ok",
        version=vmaudio.__version__,
        worker="broken" if broken else state,
        waiting=web.jobs.waiting,
        queue=web.config.queue,
    )
