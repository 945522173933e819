"""Calls of the control plane over HTTP, with the standard library alone."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

from ._errors import NotRunning, error_of

_TIMEOUT = 30.0
"""How long a call may take, in seconds. Calls that wait for something take as much longer."""


class Transport:
    """Makes control calls at one server."""

    def __init__(self, control_url: str, token: str | None = None) -> None:
        self.control_url = control_url.rstrip("/")
        self._token = token
        # A proxy of the machine is for the internet, and not for a server of tests.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        extra_time: float = 0.0,
    ) -> Any:
        """Make a call, and return its JSON, or its text if it is not JSON."""
        __tracebackhide__ = True
        url = self.control_url + path
        if query:
            url += "?" + urllib.parse.urlencode({name: _text(value) for name, value in query.items()})
        request = urllib.request.Request(url, method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if self._token:
            request.add_header("X-Pipesfake-Token", self._token)
        try:
            with self._opener.open(request, timeout=_TIMEOUT + extra_time) as response:
                return _decode(response.read(), response.headers.get_content_type())
        except urllib.error.HTTPError as refused:
            with refused:
                text = refused.read()
            raise error_of(refused.code, _as_error(text)) from None
        except (urllib.error.URLError, OSError) as failed:
            reason = getattr(failed, "reason", failed)
            raise NotRunning(f"pipesfake does not answer at {self.control_url}: {reason}") from failed


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _decode(text: bytes, content_type: str) -> Any:
    if content_type == "application/json":
        return json.loads(text)
    return text.decode()


def _as_error(text: bytes) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {"message": text.decode(errors="replace")[:500]}
    return body if isinstance(body, dict) else {"message": str(body)[:500]}
