"""The token endpoint through the official Python SDK: client.pipes.get_access_token."""

import asyncio
import re
from datetime import datetime, timedelta, timezone

import harness
from harness import client, run, strict_client, thrown, use
from workos import (
    AuthenticationError,
    AuthorizationError,
    BadRequestError,
    NotFoundError,
    UnprocessableEntityError,
)

ASKED = ["repo", "user:email", "read:org"]  # by github, says the built-in tour
HOUR = timedelta(hours=1)
SCENARIOS = ["active", "not_installed", "needs_reauthorization", "missing_scopes", "expired"]
workos = client()


def token(user="user_alice", of=workos, provider="github", **organization):
    return of.pipes.get_access_token(provider, user_id=user, **organization)


def state(user="user_alice", of=workos, **organization):
    """A result in one word, where a case is not about its details."""
    result = token(user, of, **organization)
    if not result.active:
        return result.error.value
    if result.access_token.missing_scopes:
        return "missing_scopes"
    return "expired" if result.access_token.expires_at < datetime.now(timezone.utc) else "active"


def equal(got, want):
    assert got == want, f"got {got!r}, want {want!r}"


def assert_active(result, lifetime=HOUR, scopes=ASKED, missing_scopes=()):
    """Checks an access token in every field as the SDK types it."""
    assert result.active is True and result.error is None, result
    found = result.access_token
    equal(found.object, "access_token")
    assert re.fullmatch(r"\S{8,}", found.access_token), found
    assert isinstance(found.expires_at, datetime), found
    off = found.expires_at - datetime.now(timezone.utc) - lifetime
    assert abs(off) < timedelta(minutes=1), f"expires_at is {off} off"
    equal(found.scopes, list(scopes))
    equal(found.missing_scopes, list(missing_scopes))


def assert_inactive(result, error):
    assert result.active is False and result.access_token is None, result
    equal(result.error.value, error)


def assert_error(error, kind, status, code, message):
    assert type(error) is kind, repr(error)
    equal((error.status_code, error.code), (status, code))
    assert re.search(message, error.message), error.message
    assert error.request_id.startswith("req_"), error.request_id


def active():
    assert_active(token())


def not_installed():
    use("not_installed")
    assert_inactive(token(), "not_installed")


def needs_reauthorization():
    use("needs_reauthorization")
    assert_inactive(token(), "needs_reauthorization")


def missing_scopes():
    use("missing_scopes")
    assert_active(token(), scopes=["repo", "user:email"], missing_scopes=["read:org"])


def expired():
    use("expired")
    assert_active(token(), lifetime=-HOUR)


def never_expires():
    use({"expires_in": "never"})
    result = token()
    assert result.active is True and result.access_token.expires_at is None, result


def same_token_again():
    first = token()
    equal(token(), first)
    assert token("user_bob").access_token.access_token != first.access_token.access_token


def null_organization():
    use("expired", user_id="user_alice", organization_id=None)
    equal(state(organization_id=None), "expired")  # this SDK sends the null
    equal(state(organization_id="org_a"), "active")


def async_client():
    async def ask():
        async with harness.async_client() as workos_async:
            return await workos_async.pipes.get_access_token("github", user_id="user_alice")

    equal(asyncio.run(ask()), token())


def per_user():
    for scenario in SCENARIOS:
        use(scenario, user_id=f"user_{scenario}")
    for scenario in SCENARIOS:
        equal(state(f"user_{scenario}"), scenario)


def per_organization():
    use("needs_reauthorization", user_id="user_alice", organization_id=None)
    for scenario in SCENARIOS:
        use(scenario, user_id="user_alice", organization_id=f"org_{scenario}")
    for scenario in SCENARIOS:
        equal(state(organization_id=f"org_{scenario}"), scenario)
    equal(state(), "needs_reauthorization")
    equal(state("user_bob", organization_id="org_not_installed"), "active")  # the switches name Alice


def per_provider():
    use("not_installed", provider="slack")
    equal(state(), "active")
    assert_inactive(token(provider="slack"), "not_installed")


def before_and_after():
    equal(state(), "active")
    for scenario in reversed(SCENARIOS):
        use(scenario)
        equal(state(), scenario)


def last_switch_decides():
    use("not_installed", user_id="user_alice")
    use("expired")
    equal(state(), "expired")
    use("needs_reauthorization", user_id="user_alice")
    equal([state(), state("user_bob")], ["needs_reauthorization", "expired"])


def take_back():
    before = token()
    use("not_installed")
    use("needs_reauthorization", user_id="user_alice")
    harness.take_back()
    equal(state(), "not_installed")
    harness.take_back()
    equal(token(), before)


def reset():
    use("not_installed")
    use("expired", user_id="user_alice")
    harness.reset()
    equal([state(), state("user_bob")], ["active", "active"])


def environments_are_apart():
    harness.reset("sk_env_a")
    harness.reset("sk_env_b")
    use("not_installed", "sk_env_a")
    use("expired", "sk_env_b")
    seen = [state(of=of) for of in (workos, client("sk_env_a"), client("sk_env_b"))]
    equal(seen, ["active", "not_installed", "expired"])


def error_400_empty_user():
    error = thrown(lambda: token(""))
    assert_error(error, BadRequestError, 400, "invalid_request", "user_id must not be empty")
    equal(error.errors, [{"field": "user_id", "code": "invalid", "message": "user_id must not be empty"}])


def error_401_wrong_key():
    error = thrown(lambda: token(of=client("pk_fake_python")))
    assert_error(error, AuthenticationError, 401, "unauthorized", "does not begin with sk_")


def error_403_live_key():
    error = thrown(lambda: token(of=client("sk_live_fake")))
    assert_error(error, AuthorizationError, 403, "live_key", "live key.*pipesfake")


def error_404_no_slug():
    error = thrown(lambda: token(provider="no/slug"))
    assert_error(error, NotFoundError, 404, "entity_not_found", "no/slug")


def error_404_strict():
    equal(state(of=strict_client()), "active")
    error = thrown(lambda: token(of=strict_client(), provider="slack"))
    assert_error(error, NotFoundError, 404, "entity_not_found", "slack")


def error_422_api_key():
    use({"auth_method": "api_key"})
    error = thrown(token)
    assert_error(error, UnprocessableEntityError, 422, "auth_method_mismatch", "api_key.*/credentials")


run(
    "token",
    *(active, not_installed, needs_reauthorization, missing_scopes, expired, never_expires, same_token_again),
    *(null_organization, async_client),
    *(per_user, per_organization, per_provider, before_and_after, last_switch_decides, take_back, reset),
    environments_are_apart,
    *(error_400_empty_user, error_401_wrong_key, error_403_live_key, error_404_no_slug),
    *(error_404_strict, error_422_api_key),
)
