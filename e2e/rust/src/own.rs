//! A call with a key of the application's own is repeated, by the SDK or by the application.

use std::future::Future;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{json, Value};
use workos::pipes::{CreateUserConnectedAccountParams, GetAccessTokenParams};
use workos::{Client, DataIntegrationAccessTokenResponse, Error, RequestOptions, RequestStrategy};

use crate::transport::{exchange, Plain};

const KEY: &str = "sk_fake_rust";

/// The fake's URL comes from sdk_test.go.
fn url() -> String {
    std::env::var("PIPESFAKE_URL").expect("PIPESFAKE_URL must be set: go test runs this")
}

fn client() -> Client {
    Client::builder().api_key(KEY).client_id("client_fake").base_url(url()).transport(Arc::new(Plain)).build()
}

fn wait<T>(call: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(call)
}

fn control(method: &str, path: &str, fields: Value) -> Value {
    let head = format!("Authorization: Bearer {KEY}\r\n");
    let body = if fields.is_null() { String::new() } else { fields.to_string() };
    let answer = exchange(method, &format!("{}/_control/{path}", url()), &head, body.as_bytes()).unwrap();
    let text = String::from_utf8(answer.body).unwrap();
    assert!(answer.status < 300, "{method} /_control/{path}: {} {text}", answer.status);
    serde_json::from_str(&text).unwrap()
}

fn token(options: Option<&RequestOptions>) -> Result<DataIntegrationAccessTokenResponse, Error> {
    let body = serde_json::from_value(json!({"user_id": "user_alice"})).unwrap();
    wait(client().pipes().get_access_token_with_options("github", GetAccessTokenParams::new(body), options))
}

fn token_is_repeated_with_a_key() {
    control("POST", "faults", json!({"operation": "token", "status": 503, "retry_after": 1, "times": 1}));
    let options = RequestOptions::new().strategy(RequestStrategy::Idempotent("key_1".to_string()));
    let began = Instant::now();
    assert_eq!(token(Some(&options)).unwrap().active, Some(true));
    assert_eq!(control("GET", "requests?operation=token", Value::Null)["requests"].as_array().unwrap().len(), 2);
    assert!(began.elapsed().as_secs() >= 1); // as Retry-After says
}

/// The SDK does not repeat the call; an application that does, with the same key, gets the account that it made.
fn import_after_a_lost_response() {
    control("PUT", "scenario", json!({"scenario": "not_installed"}));
    control("POST", "faults", json!({"operation": "import_connected_account", "truncate": true, "times": 1}));
    let import = || {
        let body = serde_json::from_value(json!({"access_token": "gho_mine"})).unwrap();
        let params = CreateUserConnectedAccountParams::new(body);
        let options = RequestOptions::new().idempotency_key("import_1");
        wait(client().pipes().create_user_connected_account_with_options(
            "user_alice",
            "github",
            params,
            Some(&options),
        ))
    };
    let lost = import().unwrap_err();
    assert!(matches!(lost, Error::Network(_)), "{lost:?}");
    assert_eq!(serde_json::to_value(import().unwrap()).unwrap()["state"], "connected");
    let served = serde_json::to_value(token(None).unwrap()).unwrap();
    assert_eq!(served["access_token"]["access_token"], "gho_mine");
}

pub fn run() {
    let cases: [(&str, &str, fn()); 2] = [
        ("token", "is_repeated_with_a_key", token_is_repeated_with_a_key),
        ("import_connected_account", "after_a_lost_response_with_a_key", import_after_a_lost_response),
    ];
    let mut failed = false;
    for (operation, name, case) in cases {
        control("POST", "reset", Value::Null);
        let passed = catch_unwind(case).is_ok();
        println!("RESULT rust {operation} {name} {}", if passed { "pass" } else { "fail" });
        failed |= !passed;
    }
    std::process::exit(failed.into());
}
