"""The pilot's service: POST /extract takes a page and returns its fields."""

from collections.abc import Callable
from io import BytesIO
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from harness.demo.lookup import VendorLookup
from harness.demo.rules import READ, extract_fields
from harness.demo.text import Piece

Reader = Callable[[NDArray[np.uint8]], list[Piece]]
_TEXT = MappingProxyType({"type": ["string", "null"]})
FIELDS = (*READ[:3], "vendor_id", *READ[3:])


def make_app(read: Reader, lookup: VendorLookup) -> Starlette:
    """The service as an ASGI application, over a reader and the ERP."""

    async def extract(request: Request) -> JSONResponse:
        form = await request.form()
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            return refuse("the form has no file under the name `file`")
        content = await upload.read()
        try:
            # Reading takes a core for a while. The event loop keeps answering meanwhile.
            return JSONResponse(await run_in_threadpool(answer, read, lookup, content))
        except NotAnImageError as error:
            return refuse(str(error))

    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def openapi(_: Request) -> JSONResponse:
        return JSONResponse(describe_api())

    return Starlette(
        routes=[
            Route("/extract", extract, methods=["POST"]),
            Route("/health", health),
            Route("/openapi.json", openapi),
        ]
    )


class NotAnImageError(ValueError):
    """The upload is not an image format that Pillow opens, or is broken."""


def refuse(reason: str) -> JSONResponse:
    """The answer to an unreadable upload."""
    return JSONResponse({"detail": reason}, status_code=422)


def answer(read: Reader, lookup: VendorLookup, content: bytes) -> dict[str, Any]:
    """The reply to one upload."""
    pixels = open_image(content)
    result = extract_fields(read(pixels), len(pixels))
    fields = {**result.fields, "vendor_id": lookup.vendor_id(result.fields["vendor"])}
    return {
        "fields": {name: fields[name] for name in FIELDS},
        "confidence": round(result.confidence, 4),
        "needs_review": result.needs_review,
    }


def open_image(content: bytes) -> NDArray[np.uint8]:
    """The first page as grey pixels, as stored: the resolution and the orientation tag are ignored.

    Pillow's defaults apply: a truncated file is rejected, and an image above its limit for decompression bombs raises
    an unexpected error. Raises NotAnImageError.
    """
    try:
        with Image.open(BytesIO(content)) as image:
            return np.asarray(image.convert("L"))
    except UnidentifiedImageError as error:
        raise NotAnImageError("not an image in a known format") from error
    except (OSError, SyntaxError) as error:
        raise NotAnImageError(f"not a readable image: {error}") from error


def describe_api() -> dict[str, Any]:
    """The OpenAPI description, written by hand."""
    file = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
    reply = {
        "type": "object",
        "properties": {
            "fields": {"type": "object", "properties": {name: dict(_TEXT) for name in FIELDS}},
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            "needs_review": {"type": "boolean"},
        },
    }
    extract = {
        "summary": "Reads an invoice",
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": file}}},
        "responses": {
            "200": {"description": "The fields", "content": {"application/json": {"schema": reply}}},
            "422": {"description": "Not an image"},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Invoice pilot", "version": "1.0"},
        "paths": {
            "/extract": {"post": extract},
            "/health": {"get": {"summary": "Ready", "responses": {"200": {"description": "Ready"}}}},
        },
    }
