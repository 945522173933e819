//! Connected accounts, and what they authenticate with.

use serde_json::{json, Value};
use workos::pipes::*;
use workos::{Client, ConnectedAccount, ConnectedAccountWriteResponse, Error, RequestOptions};

use crate::harness::*;
use crate::token::token;

type Written = Result<ConnectedAccountWriteResponse, Error>;

fn get(workos: &Client, slug: &str, params: GetUserConnectedAccountParams) -> Result<ConnectedAccount, Error> {
    wait(workos.pipes().get_user_connected_account(ALICE, slug, params))
}

fn github() -> Result<ConnectedAccount, Error> {
    get(&client(), "github", Default::default())
}

fn import(workos: &Client, slug: &str, fields: Value) -> Written {
    wait(workos.pipes().create_user_connected_account(ALICE, slug, CreateUserConnectedAccountParams::new(body(fields))))
}

fn update(workos: &Client, slug: &str, fields: Value) -> Written {
    wait(workos.pipes().update_user_connected_account(ALICE, slug, UpdateUserConnectedAccountParams::new(body(fields))))
}

fn delete(workos: &Client, slug: &str) -> Result<(), Error> {
    wait(workos.pipes().delete_user_connected_account(ALICE, slug, Default::default()))
}

/// has checks the fields of an account, or of anything else that the SDK has read.
fn has(found: &Value, fields: Value) {
    for (name, value) in fields.as_object().unwrap() {
        assert_eq!(&found[name], value, "{name} of {found}");
    }
}

fn alices(fields: Value) -> Value {
    let mut of = json!({"user_id": ALICE});
    of.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    token(of)["access_token"].clone()
}

fn get_account() {
    let account = read(github().unwrap());
    has(&account, json!({"object": "connected_account", "connection_role": "compatibility", "user_id": ALICE}));
    has(&account, json!({"state": "connected", "auth_method": "oauth", "scopes": ["repo", "user:email", "read:org"]}));
    assert!(account["id"].as_str().unwrap().starts_with("data_installation_"));
    switch("needs_reauthorization");
    has(&read(github().unwrap()), json!({"state": "needs_reauthorization"}));
    switch("not_installed");
    missing(github());
}

fn get_which() {
    import(&client(), "github", json!({"access_token": "t", "connection_intent": "add"})).unwrap();
    let several = GetUserConnectedAccountParams { supports_multiple_connections: Some(true), ..Default::default() };
    fails(get(&client(), "github", several), 409, "account_selection_required");
    let unknown = Some("data_installation_x".to_string());
    missing(get(
        &client(),
        "github",
        GetUserConnectedAccountParams { connected_account_id: unknown, ..Default::default() },
    ));
}

/// A GET is repeated without being asked.
fn get_is_repeated() {
    fault("get_connected_account", json!({"status": 503, "retry_after": 0}));
    github().unwrap();
    assert_eq!(calls("get_connected_account"), 2);
}

fn import_is_what_token_serves() {
    switch("not_installed");
    let expires = "2099-01-01T00:00:00.000Z";
    let imported = json!({
        "access_token": "gho_mine", "refresh_token": "ghr", "expires_at": expires, "scopes": ["repo"],
        "account_display_name": "Work",
    });
    let account = read(import(&client(), "github", imported).unwrap());
    has(&account, json!({"state": "connected", "scopes": ["repo"], "account_display_name": "Work"}));
    has(&alices(json!({})), json!({"access_token": "gho_mine", "expires_at": expires, "scopes": ["repo"]}));
    has(&alices(json!({})), json!({"missing_scopes": ["user:email", "read:org"]}));
}

/// The SDK does not repeat the call; an application that does, with the same key, gets the account that it made.
fn import_after_a_lost_response() {
    switch("not_installed");
    fault("import_connected_account", json!({"truncate": true}));
    let import = || {
        let params = CreateUserConnectedAccountParams::new(body(json!({"access_token": "gho_mine"})));
        let options = RequestOptions::new().idempotency_key("import_1");
        wait(client().pipes().create_user_connected_account_with_options(ALICE, "github", params, Some(&options)))
    };
    let lost = import().unwrap_err();
    assert!(matches!(lost, Error::Network(_)), "{lost:?}");
    has(&read(import().unwrap()), json!({"state": "connected"}));
    has(&alices(json!({})), json!({"access_token": "gho_mine"}));
}

fn import_errors() {
    fails(import(&client(), "github", json!({"access_token": "t"})), 409, "entity_already_exists");
    switch("not_installed");
    fails(import(&client(), "github", json!({"refresh_token": "t"})), 422, "invalid_token_combination");
    missing(import(&strict_client(), "slack", json!({})));
}

fn update_account() {
    let account = read(update(&client(), "github", json!({"state": "needs_reauthorization"})).unwrap());
    has(&account, json!({"state": "needs_reauthorization"}));
    has(&token(json!({"user_id": ALICE})), json!({"active": false, "error": "needs_reauthorization"}));
    update(&client(), "github", json!({"access_token": "new"})).unwrap();
    has(&alices(json!({})), json!({"access_token": "new", "expires_at": null}));
    switch("not_installed");
    missing(update(&client(), "github", json!({})));
}

fn update_exactly_one() {
    let second = import(&client(), "github", json!({"access_token": "t", "connection_intent": "add"})).unwrap();
    let mut params = UpdateUserConnectedAccountParams::new(body(json!({"access_token": "again"})));
    params.connected_account_id = Some(second.id.clone());
    params.connection_intent = Some("reauthorize".to_string());
    let updated = wait(client().pipes().update_user_connected_account(ALICE, "github", params)).unwrap();
    assert_eq!(updated.id, second.id);
    has(&alices(json!({"connected_account_id": second.id})), json!({"access_token": "again"}));
}

fn delete_account() {
    delete(&client(), "github").unwrap();
    has(&token(json!({"user_id": ALICE})), json!({"active": false, "error": "not_installed"}));
    missing(delete(&client(), "github"));
}

fn organization_accounts() {
    switch("not_installed");
    let workos = client();
    let pipes = workos.pipes();
    let import = || {
        let fields = body(json!({"user_id": "user_admin", "access_token": "shared"}));
        wait(pipes.create_organization_connected_account(
            "org_acme",
            "slack",
            CreateOrganizationConnectedAccountParams::new(fields),
        ))
    };
    let get = || wait(pipes.get_organization_connected_account("org_acme", "slack", Default::default()));
    let update = || {
        let fields = body(json!({"user_id": "user_admin", "state": "needs_reauthorization"}));
        wait(pipes.update_organization_connected_account(
            "org_acme",
            "slack",
            UpdateOrganizationConnectedAccountParams::new(fields),
        ))
    };
    let delete = || wait(pipes.delete_organization_connected_account("org_acme", "slack", Default::default()));
    let made = import().unwrap();
    has(&read(&made), json!({"user_id": null, "organization_id": "org_acme"}));
    assert_eq!(get().unwrap().id, made.id);
    fails(import(), 409, "entity_already_exists");
    has(&read(update().unwrap()), json!({"state": "needs_reauthorization"}));
    delete().unwrap();
    missing(get());
    missing(update());
    missing(delete());
}

fn vend(workos: &Client, slug: &str, fields: Value) -> Result<Value, Error> {
    let params = CreateDataIntegrationCredentialParams::new(body(fields));
    wait(workos.pipes().create_data_integration_credential(slug, params)).map(read)
}

fn vend_all() {
    let of = || json!({"user_id": ALICE});
    let vended = vend(&client(), "github", of()).unwrap();
    has(&vended["credential"], json!({"auth_method": "oauth", "value": alices(json!({}))["access_token"]}));
    switch("needs_reauthorization");
    let vended = vend(&client(), "github", of()).unwrap();
    has(&vended, json!({"active": false, "error": "needs_reauthorization", "credential": null}));
    switch(json!({"auth_method": "api_key", "access_token": "key_9876"}));
    let vended = vend(&client(), "github", of()).unwrap();
    has(&vended["credential"], json!({"auth_method": "api_key", "value": "key_9876", "expires_at": null}));
    switch(json!({"auth_method": "client_credentials"}));
    let vended = vend(&client(), "salesforce", of()).unwrap();
    assert!(vended["credential"]["metadata"]["instance_url"].as_str().unwrap().starts_with("https:"));
}

fn vend_errors() {
    fails(vend(&client(), "github", json!({"user_id": ""})), 400, "invalid_request");
    missing(vend(&strict_client(), "slack", json!({"user_id": ALICE})));
    import(&client(), "github", json!({"access_token": "t", "connection_intent": "add"})).unwrap();
    let which = json!({"user_id": ALICE, "supports_multiple_connections": true});
    fails(vend(&client(), "github", which), 409, "account_selection_required");
}

fn put_key(workos: &Client, slug: &str, fields: Value) -> Written {
    wait(workos.pipes().update_data_integration_api_key(slug, UpdateDataIntegrationApiKeyParams::new(body(fields))))
}

fn add_key(workos: &Client, slug: &str, fields: Value) -> Written {
    wait(workos.pipes().create_data_integration_api_key(slug, CreateDataIntegrationApiKeyParams::new(body(fields))))
}

fn api_key() {
    switch("not_installed");
    let first = put_key(&client(), "keys", json!({"user_id": ALICE, "secret": "sk-123456cdef"})).unwrap();
    has(&read(&first), json!({"auth_method": "api_key", "api_key_last_4": "cdef", "state": "connected"}));
    let rotated = put_key(&client(), "keys", json!({"user_id": ALICE, "secret": "other"})).unwrap();
    assert_eq!(rotated.id, first.id);
    let added = json!({"user_id": ALICE, "secret": "more", "connection_intent": "add", "account_identifier": "w1"});
    let added = read(add_key(&client(), "keys", added).unwrap());
    has(&added, json!({"connection_role": "standard", "account_identifier": "w1"}));
}

fn api_key_errors() {
    fails(put_key(&client(), "github", json!({"user_id": ALICE, "secret": "s"})), 422, "auth_method_mismatch");
    fails(put_key(&client(), "keys", json!({"user_id": ALICE, "secret": ""})), 400, "invalid_request");
    missing(put_key(&strict_client(), "slack", json!({"user_id": ALICE, "secret": "s"})));
}

fn put_client(workos: &Client, slug: &str, fields: Value) -> Written {
    let params = UpdateDataIntegrationClientCredentialsParams::new(body(fields));
    wait(workos.pipes().update_data_integration_client_credentials(slug, params))
}

fn add_client(workos: &Client, slug: &str, fields: Value) -> Written {
    let params = CreateDataIntegrationClientCredentialParams::new(body(fields));
    wait(workos.pipes().create_data_integration_client_credential(slug, params))
}

fn secret(id: &str) -> Value {
    json!({"user_id": ALICE, "client_id": id, "client_secret": "shhh-cdef", "config": {"mydomain": "acme"}})
}

fn client_credentials() {
    switch("not_installed");
    let first = put_client(&client(), "salesforce", secret("3MVG9")).unwrap();
    has(&read(&first), json!({"auth_method": "client_credentials", "client_id": "3MVG9"}));
    has(&read(&first), json!({"client_secret_last_4": "cdef", "config": {"mydomain": "acme"}}));
    assert_eq!(put_client(&client(), "salesforce", secret("other")).unwrap().id, first.id);
    let mut added = secret("3MVG9");
    added["connection_intent"] = "add".into();
    has(&read(add_client(&client(), "salesforce", added).unwrap()), json!({"connection_role": "standard"}));
}

fn client_credentials_errors() {
    fails(put_client(&client(), "github", secret("a")), 422, "auth_method_mismatch");
    fails(put_client(&client(), "salesforce", secret("")), 400, "invalid_request");
    missing(put_client(&strict_client(), "slack", secret("a")));
}

pub fn run() -> bool {
    [
        operation("get_connected_account")
            .case("account", get_account)
            .case("which", get_which)
            .case("is_repeated", get_is_repeated)
            .every_error(|workos| get(workos, "github", Default::default())),
        operation("import_connected_account")
            .case("is_what_token_serves", import_is_what_token_serves)
            .case("after_a_lost_response", import_after_a_lost_response)
            .case("errors", import_errors)
            .every_error(|workos| import(workos, "github", json!({}))),
        operation("update_connected_account")
            .case("account", update_account)
            .case("exactly_one", update_exactly_one)
            .every_error(|workos| update(workos, "github", json!({}))),
        operation("delete_connected_account")
            .case("account", delete_account)
            .every_error(|workos| delete(workos, "github")),
        operation("organization_connected_account").case("all", organization_accounts).every_error(|workos| {
            wait(workos.pipes().get_organization_connected_account("org_acme", "github", Default::default()))
        }),
        operation("credentials")
            .case("vended", vend_all)
            .case("errors", vend_errors)
            .every_error(|workos| vend(workos, "github", json!({"user_id": ALICE}))),
        operation("upsert_api_key")
            .case("api_key", api_key)
            .case("errors", api_key_errors)
            .every_error(|workos| put_key(workos, "keys", json!({"user_id": ALICE, "secret": "s"}))),
        operation("create_api_key").case("api_key", api_key).every_error(|workos| {
            add_key(workos, "keys", json!({"user_id": ALICE, "secret": "s", "connection_intent": "add"}))
        }),
        operation("upsert_client_credentials")
            .case("client_credentials", client_credentials)
            .case("errors", client_credentials_errors)
            .every_error(|workos| put_client(workos, "salesforce", secret("a"))),
        operation("create_client_credentials").case("client_credentials", client_credentials).every_error(|workos| {
            let mut added = secret("a");
            added["connection_intent"] = "add".into();
            add_client(workos, "salesforce", added)
        }),
    ]
    .map(Operation::run)
    .iter()
    .all(|good| *good)
}
