"""Static files, and the route that shows what the gate refused."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from vmaudio.web.rendering import ASSETS, asset, asset_url

router = APIRouter(include_in_schema=False)


@router.get("/static/{name}")
def static(name: str, request: Request) -> Response:
    """A file of ours: only those listed, so that no path can lead elsewhere."""
    if name not in ASSETS:
        raise HTTPException(404)
    version = asset_url(name).rpartition("=")[2]
    tag = f'"{version}"'
    fresh = request.query_params.get("v") == version
    headers = {"etag": tag, "cache-control": "public, max-age=31536000, immutable" if fresh else "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(asset(name), media_type=ASSETS[name], headers=headers)


@router.get("/favicon.ico")
def icon() -> Response:
    """The icon, which browsers ask for by themselves."""
    return Response(asset("icon.svg"), media_type=ASSETS["icon.svg"], headers={"cache-control": "public, max-age=86400"})


@router.get("/openapi.json")
def openapi(request: Request) -> Response:
    """The addresses for programs, as OpenAPI."""
    return JSONResponse(request.app.openapi())


@router.get("/refused")
@router.get("/refused.json")
def refused(request: Request) -> Response:
    """What the gate refused; nobody else is sent here."""
    raise request.state.refused or HTTPException(404)
