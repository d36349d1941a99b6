"""The pilot's client of the ERP: a bearer token, a look-up by name, and a default if that fails."""

import os
from typing import Final

import httpx

from harness.demo.erp import CLIENT, DEFAULT_SECRET, SECRET_VARIABLE

NO_VENDOR: Final = "V-00000"


class VendorLookup:
    """Looks up vendors over HTTP. One object per service; its methods may be called from several threads."""

    def __init__(self, url: str, timeout: float = 2.0) -> None:
        """Look up at the ERP at `url`."""
        self._http = httpx.Client(base_url=url, timeout=timeout, trust_env=False)
        self._token = ""

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def vendor_id(self, name: str | None) -> str:
        """The vendor's id, or V-00000 if the ERP fails or does not know the name.

        As in many pilots the failure is swallowed here, so that the invoice is processed while the ERP is down.
        """
        if not name:
            return NO_VENDOR
        try:
            matches = self._search(name)["vendors"]
            return str(matches[0]["vendor_id"]) if matches else NO_VENDOR
        except (httpx.HTTPError, KeyError, TypeError, ValueError):
            return NO_VENDOR

    def _search(self, name: str) -> dict[str, list[dict[str, str]]]:
        response = self._get(name)
        if response.status_code == 401:
            self._token = ""
            response = self._get(name)
        response.raise_for_status()
        found: dict[str, list[dict[str, str]]] = response.json()
        return found

    def _get(self, name: str) -> httpx.Response:
        self._token = self._token or self._fetch_token()
        return self._http.get("/vendors", params={"name": name}, headers={"Authorization": f"Bearer {self._token}"})

    def _fetch_token(self) -> str:
        secret = os.environ.get(SECRET_VARIABLE, DEFAULT_SECRET)
        form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": secret}
        response = self._http.post("/oauth/token", data=form)
        response.raise_for_status()
        return str(response.json()["access_token"])
