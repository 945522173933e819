"""What a test can do with an environment, against the real binary."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pipesfake import Environment, Pipesfake, PipesfakeError, VerificationFailed


def token(pipes: Environment, user_id: str = "user_1", provider: str = "github") -> Any:
    """Ask for a token as an application does, and return the response or its status."""
    request = urllib.request.Request(
        f"{pipes.url}/data-integrations/{provider}/token",
        json.dumps({"user_id": user_id}).encode(),
        {"Authorization": f"Bearer {pipes.api_key}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def test_switches(pipesfake: Environment) -> None:
    assert token(pipesfake)["active"]
    pipesfake.use("needs_reauthorization", provider="github", user_id="user_1")
    assert token(pipesfake)["error"] == "needs_reauthorization"
    assert token(pipesfake, "user_2")["active"]
    pipesfake.use_state({"missing_scopes": ["repo"]}, user_id="user_1", organization_id=None, ttl=timedelta(minutes=5))
    assert token(pipesfake)["access_token"]["missing_scopes"] == ["repo"]
    assert "switch 2" in pipesfake.explain("github", "user_1")["because"]
    pipesfake.take_back()
    assert token(pipesfake)["error"] == "needs_reauthorization"
    pipesfake.reset()
    assert token(pipesfake)["active"]


def test_faults(pipesfake: Environment) -> None:
    with pipesfake.fault(status=503, operation="token", user_id="user_1") as fault:
        assert token(pipesfake) == 503
        assert [one.id for one in pipesfake.faults()] == [fault.id]
        assert token(pipesfake, "user_2")["active"]
    assert token(pipesfake)["active"]
    pipesfake.fault(status=500, times=1)
    assert token(pipesfake) == 500
    assert token(pipesfake)["active"]
    pipesfake.fault(status=500)
    pipesfake.remove_faults()
    assert token(pipesfake)["active"]


def test_a_fault_that_is_gone(pipesfake: Environment) -> None:
    gone = pipesfake.fault(status=503)
    pipesfake.reset()
    newer = pipesfake.fault(status=503)
    assert newer.id == gone.id
    with pytest.raises(PipesfakeError, match="No fault"):
        gone.remove()
    assert len(pipesfake.faults()) == 1
    newer.remove()


def test_time(pipesfake: Environment) -> None:
    noon = datetime(2026, 1, 15, 12, tzinfo=timezone.utc)
    assert pipesfake.set_time(noon) >= noon
    pipesfake.freeze()
    before = pipesfake.now()
    assert pipesfake.advance("1h30m") == before + timedelta(minutes=90)
    assert pipesfake.advance(timedelta(hours=-1)) == before + timedelta(minutes=30)
    assert pipesfake.unfreeze() >= before


def test_verify(pipesfake: Environment) -> None:
    token(pipesfake, "user_bob")
    assert pipesfake.verify(operation="token", user_id="user_bob", count=1)["count"] == 1
    with pytest.raises(VerificationFailed, match="near miss: .*user_bob.*user_bobby") as failed:
        pipesfake.verify(operation="token", user_id="user_bobby")
    assert isinstance(failed.value, AssertionError) and len(failed.value.near_misses) == 1
    pipesfake.wait_for(operation="token", timeout="1s")
    with pytest.raises(VerificationFailed):
        pipesfake.wait_for(event="pipes.connected_account.connected", timeout=timedelta(milliseconds=50))
    pipesfake.use("needs_reauthorization", provider="github", user_id="user_bob")
    pipesfake.wait_for(event="pipes.connected_account.reauthorization_needed", timeout="5s")
    pipesfake.verify(order=[{"operation": "token"}])
    assert pipesfake.requests(user_id="user_bob")[0]["status"] == 200
    assert "user_bob" in json.dumps(pipesfake.request(pipesfake.requests()[0]["id"]))
    assert "200 token github user_bob (active" in pipesfake.tail()
    pipesfake.clear_requests()
    assert pipesfake.requests() == []
    assert "does the application use its url and api_key" in pipesfake.tail()


def test_snapshots(pipesfake: Environment) -> None:
    pipesfake.snapshot("before")
    pipesfake.use("not_installed")
    pipesfake.restore("before")
    assert token(pipesfake)["active"]
    assert [one["name"] for one in pipesfake.snapshots()] == ["before"]
    pipesfake.delete_snapshot("before")
    assert pipesfake.snapshots() == []


def test_the_rest(pipesfake: Environment, pipesfake_server: Pipesfake) -> None:
    assert {"active", "expired"} <= {one["name"] for one in pipesfake.scenarios()}
    assert "connections" in pipesfake.state()
    assert pipesfake.export().startswith("#")
    assert pipesfake.webhooks() == []
    token(pipesfake)
    assert pipesfake.coverage()["seen"] >= 1
    assert pipesfake_server.coverage()["seen"] >= 1
    assert pipesfake.name in {one["name"] for one in pipesfake_server.environments()}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda pipes: pipes.use("expird"), "did you mean expired"),
        (lambda pipes: pipes.use("expired", ttl="5"), "ttl"),
        (lambda pipes: pipes.use_state({"state": "gone"}), "state"),
        (lambda pipes: pipes.fault(), "fault"),
        (lambda pipes: pipes.fault(sttaus=503), "did you mean status"),
        (lambda pipes: pipes.advance("tomorrow"), "by"),
        (lambda pipes: pipes.restore("nothing"), "snapshot"),
        (lambda pipes: pipes.take_back(), "switch"),
        (lambda pipes: pipes.request("req_x"), "req_x"),
    ],
)
def test_mistakes(pipesfake: Environment, wrong: Any, message: str) -> None:
    with pytest.raises(PipesfakeError, match=message) as refused:
        wrong(pipesfake)
    assert refused.value.status >= 400
    assert not isinstance(refused.value, AssertionError)


def test_mistakes_of_types(pipesfake: Environment) -> None:
    with pytest.raises(ValueError, match="user_id is None: leave it out for any"):
        pipesfake.use("expired", user_id=None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="provider is None"):
        pipesfake.fault(status=503, provider=None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match='6 has no unit: write "6s"'):
        pipesfake.advance(6)  # type: ignore[arg-type]
