"""Recordings from programs: a webhook's relay, a dialer, a script."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from vmaudio.web import arriving
from vmaudio.web.context import as_json, web_of
from vmaudio.web.limits import caller_of
from vmaudio.web.schemas import Problem, Taken
from vmaudio.web.security import SIGNATURE, Refused

router = APIRouter(tags=["intake"])


@router.post(
    "/intake", status_code=202, response_model=Taken,
    responses={200: {"model": Taken}, 401: {"model": Problem}, 413: {"model": Problem}, 422: {"model": Problem},
               429: {"model": Problem}, 503: {"model": Problem}},
)  # fmt: skip
async def intake(request: Request) -> Response:
    """Take a recording from a program that has the intake token (``vmaudio serve --intake-token``).

    A form with the recording as ``file``, and what is known of it: the names of Twilio, RingCentral, Zoom Phone, Dialpad,
    Aircall or JustCall, as fields or as JSON in ``metadata``; or a manifest's own names. 200 when its id is known already.
    """
    web = web_of(request)
    token = web.config.intake_token
    if token is None:
        raise HTTPException(404)
    if not request.state.intake_bearer:
        signed = request.headers.get(SIGNATURE, "")
        if not arriving.signature_is_good(signed, await request.body(), token):
            raise Refused("The intake token or the signature is missing, wrong or too old.", 401)
    web.upload_limit.use(caller_of(request))
    async with request.form(max_files=1, max_fields=100) as form:
        sent = form.get("file")
        data = await sent.read() if isinstance(sent, UploadFile) else b""
        name = (sent.filename or "") if isinstance(sent, UploadFile) else ""
        fields = {key: value for key, value in form.items() if isinstance(value, str)}
    message_id, new = await run_in_threadpool(arriving.receive, web, data, name, fields)
    return as_json(Taken(message_id=message_id, new=new), 202 if new else 200)
