"""The errors of the package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class PipesfakeError(Exception):
    """A call that the server refused. ``status`` and ``code`` are those of the response."""

    def __init__(self, message: str, status: int = 0, code: str = "", body: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.body = dict(body or {})


class NotRunning(PipesfakeError):
    """There is no server: it could not be started or reached, or it has ended."""


class VerificationFailed(PipesfakeError, AssertionError):
    """The requests were not as expected. The message has the near misses."""

    @property
    def near_misses(self) -> Sequence[str]:
        """What came nearest to the expectation."""
        misses: Sequence[str] = self.body.get("near_misses") or []
        return misses


def error_of(status: int, body: Mapping[str, Any]) -> PipesfakeError:
    """Return the exception for a response that is not a success."""
    code, message = str(body.get("code", "")), str(body.get("message", "")) or f"the server answered {status}"
    if code != "verification_failed":
        return PipesfakeError(f"{message} ({status} {code})" if code else message, status, code, body)
    misses = "".join(f"\n  near miss: {miss}" for miss in body.get("near_misses") or [])
    return VerificationFailed(message + misses, status, code, body)
