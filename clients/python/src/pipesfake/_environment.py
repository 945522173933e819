"""One environment of a server."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from ._places import ANY, ID, OrganizationID, given
from ._transport import Transport

if TYPE_CHECKING:
    from typing_extensions import Self

Duration = str | timedelta
"""A duration: ``"90s"``, ``"1h30m"``, or a timedelta."""


class Fault:
    """A fault that is active until its ``times`` are used up, or until it is removed."""

    def __init__(self, environment: Environment, body: Mapping[str, Any]) -> None:
        self._environment = environment
        self.id: str = body["id"]
        self.body = dict(body)

    def remove(self) -> None:
        """Remove the fault, and never a newer one that has its id since a reset."""
        query = {"serial": self.body["serial"]} if "serial" in self.body else None
        self._environment.call("DELETE", f"/faults/{self.id}", query)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def __repr__(self) -> str:
        return f"Fault({self.body})"


class Environment:
    """An environment: a state of its own, beside those of other tests.

    ``url`` and ``api_key`` are what the application under test needs.
    """

    def __init__(self, transport: Transport, url: str, name: str) -> None:
        self._transport = transport
        self.url = url
        self.name = name
        self.api_key = "sk_env_" + name

    def call(
        self, method: str, path: str, query: Mapping[str, Any] | None = None, body: Any = None, extra_time: float = 0.0
    ) -> Any:
        """Make any control call about this environment. The path is what comes after ``/_control``."""
        __tracebackhide__ = True
        return self._transport.call(
            method, "/_control" + path, {**(query or {}), "environment": self.name}, body, extra_time
        )

    # Scenarios

    def use(
        self,
        scenario: str,
        *,
        provider: ID = ANY,
        user_id: ID = ANY,
        organization_id: OrganizationID = ANY,
        connection_owner: str | None = None,
        ttl: Duration | None = None,
    ) -> dict[str, Any]:
        """Switch connections to a scenario of the file. What is left out means any."""
        return self._switch(scenario, provider, user_id, organization_id, connection_owner, ttl)

    def use_state(
        self,
        state: Mapping[str, Any],
        *,
        provider: ID = ANY,
        user_id: ID = ANY,
        organization_id: OrganizationID = ANY,
        connection_owner: str | None = None,
        ttl: Duration | None = None,
    ) -> dict[str, Any]:
        """Switch connections to a state written as in a file: ``{"expires_in": "5m", "refresh": "fails"}``."""
        return self._switch(dict(state), provider, user_id, organization_id, connection_owner, ttl)

    def _switch(
        self,
        scenario: str | dict[str, Any],
        provider: ID,
        user_id: ID,
        organization_id: OrganizationID,
        connection_owner: str | None,
        ttl: Duration | None,
    ) -> dict[str, Any]:
        __tracebackhide__ = True
        place = given(
            {
                "scenario": scenario,
                "connection_owner": connection_owner,
                "ttl": None if ttl is None else _duration(ttl),
            },
            provider,
            user_id,
            organization_id,
        )
        switched: dict[str, Any] = self.call("PUT", "/scenario", body=place)
        return switched

    def take_back(self) -> dict[str, Any]:
        """Take the last switch back."""
        return self._object("DELETE", "/scenario")

    def explain(
        self,
        provider: str,
        user_id: str | None = None,
        organization_id: str | None = None,
        connection_owner: str | None = None,
    ) -> dict[str, Any]:
        """Return the state of a connection, and what decided it."""
        query = {
            "provider": provider,
            "user_id": user_id,
            "organization_id": organization_id,
            "connection_owner": connection_owner,
        }
        return self._object("GET", "/scenario", given(query))

    def scenarios(self) -> list[dict[str, Any]]:
        """Return the scenarios that can be switched to."""
        found: list[dict[str, Any]] = self._object("GET", "/scenarios")["scenarios"]
        return found

    def state(self) -> dict[str, Any]:
        """Return the whole environment."""
        return self._object("GET", "/state")

    def reset(self) -> None:
        """Take everything back to the start of the file."""
        self.call("POST", "/reset")

    def export(self) -> str:
        """Return a scenario file that starts in the present state."""
        text: str = self.call("GET", "/export")
        return text

    # Faults

    def fault(
        self,
        *,
        provider: ID = ANY,
        user_id: ID = ANY,
        organization_id: OrganizationID = ANY,
        connection_owner: str | None = None,
        **fault: Any,
    ) -> Fault:
        """Add a fault: ``fault(status=503, times=2, operation="token")``. The keys are those of scenario files.

        As a context manager it is removed at the end.
        """
        body = given({**fault, "connection_owner": connection_owner}, provider, user_id, organization_id)
        return Fault(self, self._object("POST", "/faults", body=body))

    def faults(self) -> list[Fault]:
        """Return the faults that are active."""
        return [Fault(self, one) for one in self._object("GET", "/faults")["faults"]]

    def remove_faults(self) -> None:
        """Remove all faults."""
        self.call("DELETE", "/faults")

    # Time

    def now(self) -> datetime:
        """Return the time of the environment."""
        return _time(self._object("GET", "/clock")["now"])

    def advance(self, by: Duration) -> datetime:
        """Move the clock by a duration, which may be negative, and return the time then."""
        return _time(self._object("POST", "/clock/advance", body={"by": _duration(by)})["now"])

    def set_time(self, now: datetime) -> datetime:
        """Set the clock. A time without a zone is taken as UTC."""
        if now.tzinfo is None:
            now = now.replace(tzinfo=timezone.utc)
        return _time(self._object("PUT", "/clock", body={"now": now.isoformat()})["now"])

    def freeze(self) -> datetime:
        """Stop the clock, and return its time."""
        return _time(self._object("PUT", "/clock", body={"frozen": True})["now"])

    def unfreeze(self) -> datetime:
        """Let the clock go on, and return its time."""
        return _time(self._object("PUT", "/clock", body={"frozen": False})["now"])

    # Requests

    def verify(
        self,
        *,
        operation: str | None = None,
        provider: ID = ANY,
        user_id: ID = ANY,
        organization_id: OrganizationID = ANY,
        connection_owner: str | None = None,
        status: int | None = None,
        count: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        order: Sequence[Mapping[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Check which requests were made, by default at least one. Raise VerificationFailed with the near misses."""
        __tracebackhide__ = True
        values = {
            "operation": operation,
            "connection_owner": connection_owner,
            "status": status,
            "count": count,
            "at_least": at_least,
            "at_most": at_most,
            "order": None if order is None else [dict(one) for one in order],
        }
        return self._object("POST", "/verify", body=given(values, provider, user_id, organization_id))

    def wait_for(
        self,
        *,
        operation: str | None = None,
        provider: ID = ANY,
        user_id: ID = ANY,
        organization_id: OrganizationID = ANY,
        status: int | None = None,
        count: int | None = None,
        at_least: int | None = None,
        event: str | None = None,
        webhook: str | None = None,
        timeout: Duration = "10s",
    ) -> dict[str, Any]:
        """Wait for requests, an event or a delivered webhook. Raise VerificationFailed after the timeout."""
        __tracebackhide__ = True
        values = {
            "operation": operation,
            "status": status,
            "count": count,
            "at_least": at_least,
            "event": event,
            "webhook": webhook,
            "timeout": _duration(timeout),
        }
        return self._object(
            "GET", "/wait", given(values, provider, user_id, organization_id), extra_time=_seconds(timeout)
        )

    def requests(
        self,
        *,
        operation: str | None = None,
        provider: ID = ANY,
        user_id: ID = ANY,
        organization_id: OrganizationID = ANY,
        status: int | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return the last requests of the application, the oldest first."""
        values = {"operation": operation, "status": status, "limit": limit}
        found: list[dict[str, Any]] = self._object(
            "GET", "/requests", given(values, provider, user_id, organization_id)
        )["requests"]
        return found

    def request(self, request_id: str) -> dict[str, Any]:
        """Return one request with its explanation, headers and bodies."""
        return self._object("GET", f"/requests/{request_id}")

    def clear_requests(self) -> None:
        """Forget the requests."""
        self.call("DELETE", "/requests")

    def tail(self, limit: int = 10) -> str:
        """Return the last requests as text, a line each with its reason. A failed test prints it."""
        lines = []
        for one in self.requests(limit=limit):
            what = one["operation"] or f"{one['method']} {one['path']}"
            subject = [one["provider"], one["user_id"], one["organization_id"] and f"in {one['organization_id']}"]
            because = one["because"] and f"({one['because']})"
            lines.append(" ".join(str(part) for part in [one["status"] or "---", what, *subject, because] if part))
        return "\n".join(lines) or "no requests reached this environment: does the application use its url and api_key?"

    # Webhooks and events

    def webhooks(self, *, state: str | None = None, event: str | None = None) -> list[dict[str, Any]]:
        """Return the deliveries of webhooks, with their attempts."""
        found: list[dict[str, Any]] = self._object("GET", "/webhooks", given({"state": state, "event": event}))[
            "webhooks"
        ]
        return found

    def redeliver(self, delivery_id: str) -> dict[str, Any]:
        """Deliver a webhook once more."""
        return self._object("POST", f"/webhooks/{delivery_id}/redeliver")

    # Snapshots and coverage

    def snapshot(self, name: str) -> None:
        """Store a copy of the environment under a name."""
        self.call("POST", "/snapshots", body={"name": name})

    def restore(self, name: str) -> None:
        """Put a copy back."""
        self.call("POST", f"/snapshots/{name}/restore")

    def snapshots(self) -> list[dict[str, Any]]:
        """Return the names and sizes of the copies."""
        found: list[dict[str, Any]] = self._object("GET", "/snapshots")["snapshots"]
        return found

    def delete_snapshot(self, name: str) -> None:
        """Delete a copy."""
        self.call("DELETE", f"/snapshots/{name}")

    def coverage(self) -> dict[str, Any]:
        """Return which responses were given."""
        return self._object("GET", "/coverage")

    def delete(self) -> None:
        """Delete the environment with everything in it."""
        self._transport.call("DELETE", f"/_control/environments/{self.name}")

    def _object(
        self, method: str, path: str, query: Mapping[str, Any] | None = None, body: Any = None, extra_time: float = 0.0
    ) -> dict[str, Any]:
        __tracebackhide__ = True
        answer: dict[str, Any] = self.call(method, path, query, body, extra_time)
        return answer

    def __repr__(self) -> str:
        return f"Environment({self.name!r} at {self.url})"


def _duration(value: Duration) -> str:
    """Return a duration as the server reads it."""
    if not isinstance(value, (str, timedelta)):
        raise TypeError(f'{value!r} has no unit: write "{value}s", "{value}m" or a timedelta')
    return value if isinstance(value, str) else f"{round(value / timedelta(microseconds=1))}us"


_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def _seconds(value: Duration) -> float:
    """Return the seconds of a duration; 0 for one that the server will refuse."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    parts = re.findall(r"([0-9.]+)(ns|us|µs|ms|s|m|h)", value)
    return sum(float(number) * _UNITS[unit] for number, unit in parts if number.strip("."))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
