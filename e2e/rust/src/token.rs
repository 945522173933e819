//! The token endpoint: pipes().get_access_token.

use std::time::Instant;

use serde_json::{json, Value};
use workos::pipes::GetAccessTokenParams;
use workos::{Client, DataIntegrationAccessTokenResponse, Error, RequestOptions, RequestStrategy};

use crate::harness::*;

const SCENARIOS: [&str; 5] = ["active", "not_installed", "needs_reauthorization", "missing_scopes", "expired"];

fn call(workos: &Client, provider: &str, fields: Value) -> Result<DataIntegrationAccessTokenResponse, Error> {
    wait(workos.pipes().get_access_token(provider, GetAccessTokenParams::new(body(fields))))
}

/// token is what the SDK reads for a connection to GitHub.
pub fn token(fields: Value) -> Value {
    read(call(&client(), "github", fields).unwrap())
}

fn alices() -> Value {
    token(json!({"user_id": ALICE}))
}

/// state is a result in one word.
fn state_of(result: &Value) -> String {
    if result["active"] == false {
        return result["error"].as_str().unwrap().to_string();
    }
    let token = &result["access_token"];
    if token["missing_scopes"] != json!([]) {
        return "missing_scopes".to_string();
    }
    let now = control("GET", "clock", Value::Null)["now"].as_str().unwrap().to_string();
    let expired = token["expires_at"].as_str().is_some_and(|expires| *expires < *now);
    if expired { "expired" } else { "active" }.to_string()
}

fn state(user: &str, organization: Option<&str>) -> String {
    state_of(&token(json!({"user_id": user, "organization_id": organization})))
}

fn active() {
    let result = alices();
    let token = &result["access_token"];
    assert_eq!(result["active"], true);
    assert_eq!(result.get("error"), None);
    assert_eq!(token["object"], "access_token");
    assert!(token["access_token"].as_str().unwrap().len() >= 8);
    assert_eq!(token["scopes"], json!(["repo", "user:email", "read:org"]));
    assert_eq!(token["missing_scopes"], json!([]));
    assert_eq!(token["expires_at"].as_str().unwrap().len(), "2026-01-01T00:00:00.000Z".len());
    assert_eq!(state_of(&result), "active");
}

fn inactive() {
    for error in ["not_installed", "needs_reauthorization"] {
        switch(error);
        assert_eq!(alices(), json!({"active": false, "error": error}));
    }
}

fn missing_scopes() {
    switch("missing_scopes");
    let result = alices();
    assert_eq!(result["active"], true);
    assert_eq!(result["access_token"]["scopes"], json!(["repo", "user:email"]));
    assert_eq!(result["access_token"]["missing_scopes"], json!(["read:org"]));
}

fn expired() {
    switch("expired");
    assert_eq!(state(ALICE, None), "expired");
}

fn never_expires() {
    switch(json!({"expires_in": "never"}));
    let result = alices();
    assert_eq!((&result["active"], result["access_token"].get("expires_at")), (&json!(true), None));
}

fn same_token_again() {
    assert_eq!(alices(), alices());
    assert_ne!(alices()["access_token"], token(json!({"user_id": "user_bob"}))["access_token"]);
}

fn per_user_and_organization() {
    switch_at("needs_reauthorization", json!({"user_id": ALICE, "organization_id": null}));
    for scenario in SCENARIOS {
        switch_at(scenario, json!({"user_id": format!("user_{scenario}")}));
        switch_at(scenario, json!({"user_id": ALICE, "organization_id": format!("org_{scenario}")}));
    }
    for scenario in SCENARIOS {
        assert_eq!(state(&format!("user_{scenario}"), None), scenario);
        assert_eq!(state(ALICE, Some(&format!("org_{scenario}"))), scenario);
    }
    assert_eq!(state(ALICE, None), "needs_reauthorization");
    assert_eq!(state("user_bob", Some("org_not_installed")), "active");
}

fn organization_owned() {
    switch_at("not_installed", json!({"connection_owner": "organization"}));
    let of = |owner| token(json!({"user_id": ALICE, "organization_id": "org_acme", "connection_owner": owner}));
    assert_eq!(state_of(&of("organization")), "not_installed");
    assert_eq!(state_of(&of("user")), "active");
}

fn environments_are_apart() {
    control_of("sk_env_a", "POST", "reset", Value::Null);
    control_of("sk_env_a", "PUT", "scenario", json!({"scenario": "not_installed"}));
    let of = json!({"user_id": ALICE});
    assert_eq!(state_of(&read(call(&with_key("sk_env_a"), "github", of).unwrap())), "not_installed");
    assert_eq!(state(ALICE, None), "active");
}

fn error_400() {
    let error = call(&client(), "github", json!({"user_id": ""})).unwrap_err();
    assert!(error.api().unwrap().message.contains("user_id must not be empty"), "{error:?}");
    fails::<()>(Err(error), 400, "invalid_request");
}

fn error_404() {
    missing(call(&client(), "no/slug", json!({"user_id": ALICE})));
    missing(call(&strict_client(), "slack", json!({"user_id": ALICE})));
}

fn error_422_api_key() {
    switch(json!({"auth_method": "api_key"}));
    fails(call(&client(), "github", json!({"user_id": ALICE})), 422, "auth_method_mismatch");
}

/// The SDK sends a POST once, unless the application gives it a key or a strategy.
fn is_not_repeated() {
    fault("token", json!({"status": 503, "retry_after": 0}));
    fails(call(&client(), "github", json!({"user_id": ALICE})), 503, "service_unavailable");
    assert_eq!(calls("token"), 1);
}

fn is_repeated_with_a_key() {
    fault("token", json!({"status": 503, "retry_after": 1}));
    let options = RequestOptions::new().strategy(RequestStrategy::Idempotent("key_1".to_string()));
    let params = GetAccessTokenParams::new(body(json!({"user_id": ALICE})));
    let began = Instant::now();
    let result = wait(client().pipes().get_access_token_with_options("github", params, Some(&options)));
    assert_eq!(result.unwrap().active, Some(true));
    assert_eq!(calls("token"), 2);
    assert!(began.elapsed().as_secs() >= 1); // as Retry-After says
}

pub fn run() -> bool {
    operation("token")
        .case("active", active)
        .case("inactive", inactive)
        .case("missing_scopes", missing_scopes)
        .case("expired", expired)
        .case("never_expires", never_expires)
        .case("same_token_again", same_token_again)
        .case("per_user_and_organization", per_user_and_organization)
        .case("organization_owned", organization_owned)
        .case("environments_are_apart", environments_are_apart)
        .case("error_400", error_400)
        .case("error_404", error_404)
        .case("error_422_api_key", error_422_api_key)
        .case("is_not_repeated", is_not_repeated)
        .case("is_repeated_with_a_key", is_repeated_with_a_key)
        .every_error(|workos| call(workos, "github", json!({"user_id": ALICE})))
        .run()
}
