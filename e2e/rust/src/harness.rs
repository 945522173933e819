//! What every module needs: the official client pointed at the fake, the control plane, and named cases whose verdicts
//! the Go test reads.

use std::fmt::Debug;
use std::future::Future;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::{json, Value};
use workos::{Client, Error};

use crate::transport::{exchange, Plain};

pub const ALICE: &str = "user_alice";

/// The fake's URLs come from sdk_test.go; the strict one knows the provider github alone.
fn url(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} must be set: go test runs this"))
}

/// with_key is a client as an application makes it, but for base URL and transport.
pub fn with_key(key: &str) -> Client {
    at(&url("PIPESFAKE_URL"), key)
}

pub fn client() -> Client {
    with_key("sk_fake_rust")
}

pub fn strict_client() -> Client {
    at(&url("PIPESFAKE_STRICT_URL"), "sk_fake_rust")
}

fn at(url: &str, key: &str) -> Client {
    Client::builder().api_key(key).client_id("client_fake").base_url(url).transport(Arc::new(Plain)).build()
}

/// wait runs a call of the SDK.
pub fn wait<T>(call: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(call)
}

/// body makes a request body of the SDK. Its types have no constructors, but are read from JSON as they are written.
pub fn body<T: DeserializeOwned>(fields: Value) -> T {
    serde_json::from_value(fields).unwrap()
}

/// read is what the SDK has read of a response, secrets included.
pub fn read(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// control calls the control plane, in the environment of a key.
pub fn control_of(key: &str, method: &str, path: &str, fields: Value) -> Value {
    let head = format!("Authorization: Bearer {key}\r\n");
    let body = if fields.is_null() { String::new() } else { fields.to_string() };
    let answer =
        exchange(method, &format!("{}/_control/{path}", url("PIPESFAKE_URL")), &head, body.as_bytes()).unwrap();
    let text = String::from_utf8(answer.body).unwrap();
    assert!(answer.status < 300, "{method} /_control/{path}: {} {text}", answer.status);
    serde_json::from_str(&text).unwrap()
}

pub fn control(method: &str, path: &str, fields: Value) -> Value {
    control_of("sk_fake_rust", method, path, fields)
}

/// switch puts a scenario into force for all connections; switch_at for those of a place.
pub fn switch(scenario: impl Into<Value>) {
    switch_at(scenario, json!({}));
}

pub fn switch_at(scenario: impl Into<Value>, mut place: Value) {
    place["scenario"] = scenario.into();
    control("PUT", "scenario", place);
}

/// fault makes the next call of an operation fail.
pub fn fault(operation: &str, mut kind: Value) {
    kind["operation"] = operation.into();
    kind["times"] = 1.into();
    control("POST", "faults", kind);
}

/// calls counts the requests of an operation that the fake has received since the reset.
pub fn calls(operation: &str) -> usize {
    control("GET", &format!("requests?operation={operation}"), Value::Null)["requests"].as_array().unwrap().len()
}

/// fails checks the error of a call: its status, and its code unless that is empty.
pub fn fails<T: Debug>(result: Result<T, Error>, status: u16, code: &str) {
    let error = result.expect_err("an error was expected");
    let api = error.api().unwrap_or_else(|| panic!("{error:?}"));
    assert_eq!(api.status, status, "{api:?}");
    assert!(code.is_empty() || api.code.as_deref() == Some(code), "{api:?}");
    assert!(api.request_id.as_deref().is_some_and(|id| id.starts_with("req_")), "{api:?}");
}

pub fn missing<T: Debug>(result: Result<T, Error>) {
    fails(result, 404, "entity_not_found");
}

/// Operation is an operation of the API, with its cases.
pub struct Operation {
    name: &'static str,
    cases: Vec<(&'static str, Box<dyn Fn()>)>,
}

pub fn operation(name: &'static str) -> Operation {
    Operation { name, cases: Vec::new() }
}

impl Operation {
    pub fn case(mut self, name: &'static str, case: impl Fn() + 'static) -> Self {
        self.cases.push((name, Box::new(case)));
        self
    }

    /// every_error adds what any call may fail with.
    pub fn every_error<T: Debug + 'static>(self, call: fn(&Client) -> Result<T, Error>) -> Self {
        self.case("error_401_wrong_key", move || fails(call(&with_key("pk_fake_rust")), 401, "unauthorized"))
            .case("error_403_live_key", move || fails(call(&with_key("sk_live_fake")), 403, "live_key"))
    }

    /// run does the cases, each from a fresh environment, and reports whether all passed.
    pub fn run(self) -> bool {
        let mut good = true;
        for (name, case) in &self.cases {
            let passed = catch_unwind(AssertUnwindSafe(|| {
                control("POST", "reset", Value::Null);
                case();
            }))
            .is_ok();
            let (ok, verdict) = if passed { ("ok", "pass") } else { ("not ok", "fail") };
            println!("{ok} {name}\nRESULT rust {} {name} {verdict}", self.name);
            good &= passed;
        }
        good
    }
}
