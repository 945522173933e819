//! Events, webhook endpoints, and webhooks: received and verified as an application does.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use serde_json::{json, Value};
use workos::events::ListEventsParams;
use workos::webhooks::*;
use workos::{Client, Error, WebhookEndpoint, WebhookVerifier};

use crate::harness::*;
use crate::token::token;

const CONNECTED: &str = "pipes.connected_account.connected";
const DISCONNECTED: &str = "pipes.connected_account.disconnected";
const REAUTHORIZATION_NEEDED: &str = "pipes.connected_account.reauthorization_needed";

fn list(workos: &Client, change: impl Fn(&mut ListEventsParams)) -> Result<Value, Error> {
    let names = [CONNECTED, DISCONNECTED, REAUTHORIZATION_NEEDED].map(String::from).to_vec();
    let mut params = ListEventsParams::new(names);
    params.order = Some(workos::PaginationOrder::Asc);
    change(&mut params);
    wait(workos.events().list_events(params)).map(read)
}

fn of_switches() {
    token(json!({"user_id": ALICE}));
    for scenario in ["needs_reauthorization", "active", "not_installed"] {
        switch(scenario);
    }
    let page = list(&client(), |_| ()).unwrap();
    let names: Vec<&str> = page["data"].as_array().unwrap().iter().map(|e| e["event"].as_str().unwrap()).collect();
    assert_eq!(names, [REAUTHORIZATION_NEEDED, CONNECTED, DISCONNECTED]);
    let event = &page["data"][0];
    assert!(event["id"].as_str().unwrap().starts_with("event_"));
    let account = &event["data"];
    assert_eq!((&account["provider_slug"], &account["user_id"]), (&json!("github"), &json!(ALICE)));
    assert_eq!(account["state"], "needs_reauthorization");

    let first = event["id"].as_str().unwrap();
    let rest = list(&client(), |params| params.after = Some(first.to_string())).unwrap();
    assert_eq!(rest["data"].as_array().unwrap().len(), 2);
}

fn errors() {
    fails(list(&client(), |params| params.limit = Some(0)), 400, "invalid_request");
    let backwards = |params: &mut ListEventsParams| {
        params.range_start = Some("2026-02-01T00:00:00Z".to_string());
        params.range_end = Some("2026-01-01T00:00:00Z".to_string());
    };
    fails(list(&client(), backwards), 422, "");
}

fn create(url: &str) -> Result<WebhookEndpoint, Error> {
    let fields = json!({"endpoint_url": url, "events": [CONNECTED, DISCONNECTED, REAUTHORIZATION_NEEDED]});
    wait(client().webhooks().create_webhook_endpoint(CreateWebhookEndpointParams::new(body(fields))))
}

fn endpoints(workos: &Client) -> Result<Value, Error> {
    wait(workos.webhooks().list_webhook_endpoints(Default::default())).map(read)
}

fn create_list_update_delete() {
    let workos = client();
    let webhooks = workos.webhooks();
    let made = create("https://app.example.com/webhooks").unwrap();
    assert!(made.id.starts_with("we_") && made.secret.expose().starts_with("whsec_"));
    assert_eq!(endpoints(&workos).unwrap()["data"], json!([read(&made)]));
    let update = |id: &str| {
        let params = UpdateWebhookEndpointParams::new(body(json!({"status": "disabled", "events": [CONNECTED]})));
        wait(webhooks.update_webhook_endpoint(id, params))
    };
    let changed = read(update(&made.id).unwrap());
    assert_eq!((&changed["status"], &changed["events"]), (&json!("disabled"), &json!([CONNECTED])));
    wait(webhooks.delete_webhook_endpoint(&made.id)).unwrap();
    assert_eq!(endpoints(&workos).unwrap()["data"], json!([]));
    missing(update(&made.id));
    missing(wait(webhooks.delete_webhook_endpoint(&made.id)));
}

fn endpoint_errors() {
    create("https://app.example.com/webhooks").unwrap();
    fails(create("https://app.example.com/webhooks"), 409, "duplicate_endpoint");
    fails(create("app"), 422, "invalid_url");
}

struct Webhook {
    body: String,
    signature: String,
    secret: String,
}

/// received is the webhook of a switch: of a connection that was read before.
fn received(user: &str, scenario: &str) -> Webhook {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let secret = create(&format!("http://{}/", listener.local_addr().unwrap())).unwrap().secret.expose().to_string();
    token(json!({"user_id": user}));
    switch(scenario);
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let (signature, body) = request(&mut stream);
    stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").unwrap();
    Webhook { body, signature, secret }
}

/// request reads the signature and the body of a request.
fn request(stream: &mut TcpStream) -> (String, String) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let header = |wanted: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).unwrap().1.to_string()
    };
    let mut body = vec![0; header("content-length").parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    (header("workos-signature"), String::from_utf8(body).unwrap())
}

fn verified() {
    for user in [ALICE, "<b>&\"grüße\" \u{2028} 日本"] {
        control("POST", "reset", Value::Null);
        let webhook = received(user, "needs_reauthorization");
        let event = WebhookVerifier::new(&webhook.secret).construct_event(&webhook.signature, &webhook.body).unwrap();
        assert_eq!((&*event.event, &event.data["user_id"]), (REAUTHORIZATION_NEEDED, &json!(user)));
    }
}

fn refused(secret: &str, webhook: &Webhook) {
    let error = WebhookVerifier::new(secret).construct_event(&webhook.signature, &webhook.body).unwrap_err();
    assert!(matches!(error, Error::Webhook(_)), "{error:?}");
}

fn refused_with_another_secret() {
    refused("whsec_other", &received(ALICE, "not_installed"));
}

fn refused_when_made_bad() {
    fault("webhook", json!({"bad_signature": true}));
    let webhook = received(ALICE, "not_installed");
    refused(&webhook.secret, &webhook);
}

pub fn run() -> bool {
    [
        operation("list_events")
            .case("of_switches", of_switches)
            .case("errors", errors)
            .every_error(|workos| list(workos, |_| ())),
        operation("webhook_endpoints")
            .case("create_list_update_delete", create_list_update_delete)
            .case("errors", endpoint_errors)
            .every_error(endpoints),
        operation("webhook")
            .case("verified", verified)
            .case("refused_with_another_secret", refused_with_another_secret)
            .case("refused_when_made_bad", refused_when_made_bad),
    ]
    .map(Operation::run)
    .iter()
    .all(|good| *good)
}
