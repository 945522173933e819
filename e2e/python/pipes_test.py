"""Every other Pipes method of the official Python SDK: client.pipes and client.pipes_provider."""

import re
from datetime import datetime, timedelta, timezone

from harness import client, control, run_all, strict_client, thrown, use
from workos import (
    AuthenticationError,
    AuthorizationError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    UnprocessableEntityError,
)
from workos.pipes.models import ApiKeyInstallation, CustomProviderDefinition, DataIntegrationCredentialsInput

workos = client()
pipes, provider = workos.pipes, workos.pipes_provider
CREDENTIALS = DataIntegrationCredentialsInput(type="custom", client_id="Iv1.abc", client_secret="secret_6789")
ALICE = "user_alice"


def equal(got, want):
    assert got == want, f"got {got!r}, want {want!r}"


def raises(kind, status, call, code=None):
    error = thrown(call)
    assert type(error) is kind, repr(error)
    equal(error.status_code, status)
    assert code is None or error.code == code, error.code
    assert error.request_id.startswith("req_"), error.request_id


def missing(call):
    raises(NotFoundError, 404, call, "entity_not_found")


def every_error(call):
    """The cases of what any call may raise; call takes a client."""

    def error_401_wrong_key():
        raises(AuthenticationError, 401, lambda: call(client("pk_fake_python")))

    def error_403_live_key():
        raises(AuthorizationError, 403, lambda: call(client("sk_live_fake")), "live_key")

    return [error_401_wrong_key, error_403_live_key]


def created(slug="linear", **more):
    return pipes.create_data_integration(provider=slug, credentials=CREDENTIALS, **more)


def token(**of):
    return pipes.get_access_token(of.pop("provider", "github"), user_id=of.pop("user_id", ALICE), **of)


def assert_account(account, **want):
    assert re.fullmatch(r"data_installation_[0-9A-HJKMNP-TV-Z]{26}", account.id), account.id
    for name, value in {"object": "connected_account", "user_id": ALICE, "organization_id": None, **want}.items():
        got = getattr(account, name)
        equal(getattr(got, "value", got), value)


# Connected accounts


def get_account():
    assert_account(pipes.get_user_connected_account(ALICE, "github"), state="connected", auth_method="oauth", scopes=["repo", "user:email", "read:org"])
    use("not_installed")
    missing(lambda: pipes.get_user_connected_account(ALICE, "github"))


def get_which():
    pipes.create_user_connected_account(ALICE, "github", access_token="t", connection_intent="add")
    raises(ConflictError, 409, lambda: pipes.get_user_connected_account(ALICE, "github", supports_multiple_connections=True), "account_selection_required")


def import_is_what_token_serves():
    use("not_installed")
    expires = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(hours=1)
    account = pipes.create_user_connected_account(ALICE, "github", access_token="gho_mine", refresh_token="ghr", expires_at=expires, scopes=["repo"], account_display_name="Work")
    assert_account(account, state="connected", scopes=["repo"], account_display_name="Work")
    found = token().access_token
    equal((found.access_token, found.expires_at, found.scopes, found.missing_scopes), ("gho_mine", expires, ["repo"], ["user:email", "read:org"]))


def import_after_a_lost_response():
    """The SDK repeats the call by itself, with the same Idempotency-Key."""
    use("not_installed", provider="github")
    control("POST", "faults", {"truncate": True, "operation": "import_connected_account", "times": 1})
    account = pipes.create_user_connected_account(ALICE, "github", access_token="gho_mine")
    assert_account(account, state="connected")
    equal(token().access_token.access_token, "gho_mine")


def import_errors():
    raises(ConflictError, 409, lambda: pipes.create_user_connected_account(ALICE, "github", access_token="t"), "entity_already_exists")
    use("not_installed")
    raises(UnprocessableEntityError, 422, lambda: pipes.create_user_connected_account(ALICE, "github", refresh_token="t"), "invalid_token_combination")
    missing(lambda: strict_client().pipes.create_user_connected_account(ALICE, "slack"))


def update_account():
    assert_account(pipes.update_user_connected_account(ALICE, "github", state="needs_reauthorization"), state="needs_reauthorization")
    equal(token().error.value, "needs_reauthorization")
    pipes.update_user_connected_account(ALICE, "github", access_token="new")
    equal((token().access_token.access_token, token().access_token.expires_at), ("new", None))
    use("not_installed")
    missing(lambda: pipes.update_user_connected_account(ALICE, "github"))


def delete_account():
    equal(pipes.delete_user_connected_account(ALICE, "github"), None)
    equal(token().error.value, "not_installed")
    missing(lambda: pipes.delete_user_connected_account(ALICE, "github"))


def organization_accounts():
    use("not_installed")
    account = pipes.create_organization_connected_account("org_acme", "slack", user_id="user_admin", access_token="shared")
    assert_account(account, user_id=None, organization_id="org_acme")
    equal(token(provider="slack", user_id="user_bob", organization_id="org_acme", connection_owner="organization").access_token.access_token, "shared")
    equal(pipes.get_organization_connected_account("org_acme", "slack").id, account.id)
    assert_account(pipes.update_organization_connected_account("org_acme", "slack", user_id="user_admin", state="needs_reauthorization"), user_id=None, organization_id="org_acme", state="needs_reauthorization")
    raises(ConflictError, 409, lambda: pipes.create_organization_connected_account("org_acme", "slack", user_id="user_admin"))
    pipes.delete_organization_connected_account("org_acme", "slack")
    missing(lambda: pipes.get_organization_connected_account("org_acme", "slack"))


# What connections authenticate with


def vend_oauth():
    result = pipes.create_data_integration_credential("github", user_id=ALICE)
    assert result.active is True
    equal((result.credential.auth_method, result.credential.value), ("oauth", token().access_token.access_token))
    use("needs_reauthorization")
    result = pipes.create_data_integration_credential("github", user_id=ALICE)
    equal((result.active, getattr(result.error, "value", result.error)), (False, "needs_reauthorization"))


def vend_others():
    use({"auth_method": "api_key", "access_token": "key_9876"})
    equal(pipes.create_data_integration_credential("github", user_id=ALICE).credential.value, "key_9876")
    use({"auth_method": "client_credentials"})
    assert "instance_url" in pipes.create_data_integration_credential("salesforce", user_id=ALICE).credential.metadata


def vend_errors():
    raises(BadRequestError, 400, lambda: pipes.create_data_integration_credential("github", user_id=""), "invalid_request")
    missing(lambda: strict_client().pipes.create_data_integration_credential("slack", user_id=ALICE))


def api_key():
    use("not_installed")
    first = pipes.update_data_integration_api_key("keys", user_id=ALICE, secret="sk-123456cdef")
    assert_account(first, auth_method="api_key", api_key_last_4="cdef", state="connected")
    equal(pipes.update_data_integration_api_key("keys", user_id=ALICE, secret="other").id, first.id)
    assert_account(pipes.create_data_integration_api_key("keys", user_id=ALICE, secret="more", connection_intent="add", account_identifier="w1"), connection_role="standard", account_identifier="w1")


def api_key_errors():
    raises(UnprocessableEntityError, 422, lambda: pipes.update_data_integration_api_key("github", user_id=ALICE, secret="s"), "auth_method_mismatch")
    raises(BadRequestError, 400, lambda: pipes.update_data_integration_api_key("github", user_id=ALICE, secret=""), "invalid_request")
    missing(lambda: strict_client().pipes.update_data_integration_api_key("slack", user_id=ALICE, secret="s"))


def client_credentials():
    use("not_installed")
    of = {"user_id": ALICE, "client_id": "3MVG9", "client_secret": "shhh-cdef", "config": {"mydomain": "acme"}}
    first = pipes.update_data_integration_client_credentials("salesforce", **of)
    assert_account(first, auth_method="client_credentials", client_id="3MVG9", client_secret_last_4="cdef", config={"mydomain": "acme"})
    assert_account(pipes.create_data_integration_client_credential("salesforce", connection_intent="add", **of), connection_role="standard")


def client_credentials_errors():
    of = {"user_id": ALICE, "client_id": "a", "client_secret": "b"}
    raises(UnprocessableEntityError, 422, lambda: pipes.update_data_integration_client_credentials("github", **of), "auth_method_mismatch")
    raises(BadRequestError, 400, lambda: pipes.update_data_integration_client_credentials("github", **{**of, "client_id": ""}))
    missing(lambda: strict_client().pipes.update_data_integration_client_credentials("slack", **of))


def authorize():
    url = pipes.authorize_data_integration("github", user_id=ALICE, return_to="https://app.example.com/back").url
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/data-integrations/\w{24}/authorize-redirect", url), url
    raises(BadRequestError, 400, lambda: pipes.authorize_data_integration("github", user_id=ALICE, return_to="nowhere"))
    missing(lambda: strict_client().pipes.authorize_data_integration("slack", user_id=ALICE))
    created()
    raises(AuthorizationError, 403, lambda: pipes.authorize_data_integration("linear", user_id=ALICE), "data_integration_disabled")


def finish_connection():
    """Its success comes with the consent page."""
    raises(BadRequestError, 400, lambda: pipes.finish_connection(connect_code="c", code_verifier="v" * 43), "invalid_connect_code")


# Data integrations


def create_integration():
    made = created(description="Ours", enabled=True, scopes=["read"], ownership="organization")
    assert re.fullmatch(r"data_integration_\w{26}", made.id), made.id
    equal((made.slug, made.description, made.enabled, made.scopes, made.state.value), ("linear", "Ours", True, ["read"], "valid"))
    equal((made.credentials.client_id, made.credentials.redacted_client_secret), ("Iv1.abc", "6789"))
    assert isinstance(made.created_at, datetime)


def create_others():
    made = pipes.create_data_integration(provider="keys", auth_methods=["api_key"], api_key=ApiKeyInstallation(secret="key-1234", user_id=ALICE))
    equal((made.installation.api_key_last_4, made.credentials), ("1234", None))
    definition = CustomProviderDefinition(name="CRM", authorization_url="https://a.example.com", token_url="https://t.example.com")
    equal(created("my-crm", custom_provider=definition).custom_provider.pkce_enabled, True)


def create_errors():
    raises(BadRequestError, 400, lambda: pipes.create_data_integration(provider="linear"), "invalid_request")
    missing(lambda: strict_client().pipes.create_data_integration(provider="nowhere", credentials=CREDENTIALS))
    created()
    raises(ConflictError, 409, created, "entity_already_exists")
    shadow = CustomProviderDefinition(name="S", authorization_url="https://a.example.com", token_url="https://t.example.com")
    raises(UnprocessableEntityError, 422, lambda: created("zoom", custom_provider=shadow), "slug_reserved")


def list_integrations():
    slugs = [f"p{i}" for i in range(12)]
    for slug in slugs:
        created(slug)
    equal([i.slug for i in pipes.list_data_integrations(limit=5, order="asc").auto_paging_iter()], slugs)
    raises(BadRequestError, 400, lambda: pipes.list_data_integrations(limit=1000))


def get_update_delete_integration():
    id = created().id
    equal(pipes.get_data_integration("linear").id, id)
    equal(pipes.update_data_integration("linear", enabled=True, description=None, scopes=None).enabled, True)
    equal(pipes.delete_data_integration("linear"), None)
    missing(lambda: pipes.get_data_integration("linear"))
    missing(lambda: pipes.update_data_integration("linear", enabled=True))
    missing(lambda: pipes.delete_data_integration("linear"))
    raises(AuthorizationError, 403, lambda: pipes.update_data_integration("github", enabled=True), "data_integration_shared")


def organization_integrations():
    created(ownership="organization")
    equal(pipes.list_data_integration_organization("linear").slug, "linear")
    equal(pipes.update_data_integration_organization("linear", enabled=True).enabled, True)
    equal([p.slug for p in pipes.list_organization_data_providers("org_acme").data], ["linear"])
    pipes.delete_data_integration_organization("linear")
    missing(lambda: pipes.list_data_integration_organization("linear"))


def data_providers():
    use("missing_scopes")
    found = next(p for p in pipes.list_user_data_providers(ALICE).data if p.slug == "github")
    equal((found.object, found.name, found.credentials_type), ("data_provider", "GitHub", "shared"))
    equal((found.connected_account.state.value, found.connected_account.scopes), ("connected", ["repo", "user:email"]))
    use("not_installed")
    equal(next(p for p in pipes.list_user_data_providers(ALICE, organization_id="org_acme").data if p.slug == "github").connected_account, None)


def configurations():
    listed = {c.slug: c for c in provider.list_organization_data_integration_configurations("org_acme").data}
    equal((listed["github"].enabled, listed["github"].organization_id), (True, "org_acme"))
    changed = provider.update_organization_data_integration_configuration("org_acme", "github", enabled=False, scopes=["repo"])
    equal((changed.enabled, changed.scopes), (False, ["repo"]))
    equal(token(organization_id="org_acme").access_token.scopes, ["repo"])


def configurations_errors():
    update = provider.update_organization_data_integration_configuration
    raises(BadRequestError, 400, lambda: update("org_acme", "github"), "invalid_request")
    raises(UnprocessableEntityError, 422, lambda: update("org_acme", "github", scopes=["other"]), "scopes_not_configured")
    missing(lambda: update("org_acme", "linear", enabled=True))


run_all(
    get_connected_account=[get_account, get_which, *every_error(lambda c: c.pipes.get_user_connected_account(ALICE, "github"))],
    import_connected_account=[import_is_what_token_serves, import_after_a_lost_response, import_errors, *every_error(lambda c: c.pipes.create_user_connected_account(ALICE, "github"))],
    update_connected_account=[update_account, *every_error(lambda c: c.pipes.update_user_connected_account(ALICE, "github"))],
    delete_connected_account=[delete_account, *every_error(lambda c: c.pipes.delete_user_connected_account(ALICE, "github"))],
    organization_connected_account=[organization_accounts, *every_error(lambda c: c.pipes.get_organization_connected_account("org_acme", "github"))],
    credentials=[vend_oauth, vend_others, vend_errors, *every_error(lambda c: c.pipes.create_data_integration_credential("github", user_id=ALICE))],
    upsert_api_key=[api_key, api_key_errors, *every_error(lambda c: c.pipes.update_data_integration_api_key("github", user_id=ALICE, secret="s"))],
    create_api_key=[api_key, *every_error(lambda c: c.pipes.create_data_integration_api_key("github", user_id=ALICE, secret="s", connection_intent="add"))],
    upsert_client_credentials=[client_credentials, client_credentials_errors],
    create_client_credentials=[client_credentials],
    authorize=[authorize, *every_error(lambda c: c.pipes.authorize_data_integration("github", user_id=ALICE))],
    finish_connection=[finish_connection, *every_error(lambda c: c.pipes.finish_connection(connect_code="c", code_verifier="v" * 43))],
    create_data_integration=[create_integration, create_others, create_errors, *every_error(lambda c: c.pipes.create_data_integration(provider="linear"))],
    list_data_integrations=[list_integrations, *every_error(lambda c: c.pipes.list_data_integrations())],
    get_data_integration=[get_update_delete_integration, *every_error(lambda c: c.pipes.get_data_integration("github"))],
    update_data_integration=[get_update_delete_integration, *every_error(lambda c: c.pipes.update_data_integration("github", enabled=True))],
    delete_data_integration=[get_update_delete_integration, *every_error(lambda c: c.pipes.delete_data_integration("github"))],
    organization_data_integration=[organization_integrations],
    list_organization_data_providers=[organization_integrations],
    list_data_providers=[data_providers, *every_error(lambda c: c.pipes.list_user_data_providers(ALICE))],
    list_organization_configurations=[configurations, *every_error(lambda c: c.pipes_provider.list_organization_data_integration_configurations("org_acme"))],
    configure_organization=[configurations, configurations_errors, *every_error(lambda c: c.pipes_provider.update_organization_data_integration_configuration("org_acme", "github", enabled=True))],
)
