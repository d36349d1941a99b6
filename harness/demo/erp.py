"""The stand-in ERP: a token endpoint and a fuzzy search of vendors by name."""

import os
import secrets
import unicodedata

from rapidfuzz import fuzz, process
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from harness.generate.pages.locale.tables import all_vendors

CLIENT = "invoice-pilot"
SECRET_VARIABLE = "HARNESS_DEMO_ERP_SECRET"
DEFAULT_SECRET = "only-for-the-demo"
LIFETIME = 3600
CUTOFF = 70
"""Minimum similarity of a name, 0..100."""


def make_erp() -> Starlette:
    """The ERP as an ASGI application; it knows every vendor of the table."""
    app = Starlette(
        routes=[
            Route("/health", _health),
            Route("/oauth/token", _token, methods=["POST"]),
            Route("/vendors", _vendors),
        ]
    )
    app.state.tokens = set()
    return app


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def _token(request: Request) -> JSONResponse:
    form = await request.form()
    secret = os.environ.get(SECRET_VARIABLE, DEFAULT_SECRET)
    known = form.get("client_id") == CLIENT and secrets.compare_digest(str(form.get("client_secret")), secret)
    if form.get("grant_type") != "client_credentials" or not known:
        return JSONResponse({"error": "invalid_client"}, status_code=401)
    token = secrets.token_urlsafe(24)
    request.app.state.tokens.add(token)
    return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME})


async def _vendors(request: Request) -> JSONResponse:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or token not in request.app.state.tokens:
        return JSONResponse({"error": "invalid_token"}, status_code=401, headers={"WWW-Authenticate": "Bearer"})
    return JSONResponse({"vendors": search(request.query_params.get("name", ""))})


def search(name: str, limit: int = 3) -> list[dict[str, str]]:
    """The vendors with the names most similar to `name`, best first, ignoring accents and case."""
    vendors = all_vendors()
    found = process.extract(
        name, [v.name for v in vendors], scorer=fuzz.ratio, processor=plain, score_cutoff=CUTOFF, limit=limit
    )
    return [{"vendor_id": vendors[i].vendor_id, "name": vendors[i].name} for _, _, i in found]


def plain(name: str) -> str:
    """Lower case without accents."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))
