//! Makes the calls that sdk_cases_test.go asks for, a line of JSON each, with the official Rust SDK.

use std::future::Future;
use std::io::{stdin, BufRead};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::{json, Map, Value};
use workos::events::*;
use workos::pipes::*;
use workos::pipes_provider::*;
use workos::webhooks::*;
use workos::{Client, Error, WebhookVerifier};

use crate::transport::Plain;

pub fn run() {
    for line in stdin().lock().lines() {
        let question = serde_json::from_str(&line.unwrap()).unwrap();
        println!("{}", answer(&question));
    }
}

/// Failure is what a call fails with, or what the SDK does not have.
enum Failure {
    Sdk(Box<Error>),
    Unsupported(String),
}

fn answer(question: &Value) -> Value {
    let mut arguments = question["arguments"].as_object().cloned().unwrap_or_default();
    let mut all = Vec::new();
    loop {
        let given = Given { call: question["call"].as_str().unwrap(), fields: arguments.clone() };
        match result(&client(question), given) {
            Ok(mut page) if question["every_page"] == true => {
                all.append(page["data"].as_array_mut().unwrap());
                if page["list_metadata"]["after"].is_null() {
                    return json!({"result": {"data": all}});
                }
                arguments.insert("after".to_string(), page["list_metadata"]["after"].take());
            }
            Ok(result) => return json!({"result": result}),
            Err(Failure::Sdk(error)) => return json!({"error": described(&error)}),
            Err(Failure::Unsupported(what)) => return json!({"unsupported": what}),
        }
    }
}

/// client is one as an application makes it, but for base URL and transport.
fn client(question: &Value) -> Client {
    let text = |name: &str| question[name].as_str().unwrap().to_string();
    let mut builder = Client::builder().api_key(text("api_key")).client_id("client_fake").base_url(text("url"));
    if let Some(retries) = question["max_retries"].as_u64() {
        builder = builder.max_retries(retries as u32);
    }
    builder.transport(Arc::new(Plain)).build()
}

/// described is an error; the SDK has one type for all statuses.
fn described(error: &Error) -> Value {
    let class = match error {
        Error::Api(_) => "generic",
        Error::Network(_) => "connection",
        Error::Webhook(_) => "signature",
        Error::Decode(_) => "decode",
        _ => "other",
    };
    let Some(api) = error.api() else { return json!({"class": class, "message": error.to_string()}) };
    json!({
        "class": class, "status": api.status, "code": api.code, "message": api.message, "request_id": api.request_id,
        "retry_after": api.retry_after.map(|after| after.as_secs()),
    })
}

/// Given are the arguments of a call that it has not taken yet.
struct Given<'a> {
    call: &'a str,
    fields: Map<String, Value>,
}

impl Given<'_> {
    /// take converts an argument. Without it, or if it is null, there is none.
    fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, Failure> {
        let value = self.fields.remove(name).unwrap_or_default();
        serde_json::from_value(value).map_err(|error| Failure::Sdk(Box::new(error.into())))
    }

    fn required<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Failure> {
        let optional = format!("optional argument {} {name}", self.call);
        self.take(name)?.ok_or(Failure::Unsupported(optional))
    }

    /// body converts the other arguments. Its types have no constructors, but are read from JSON as they are written.
    fn body<T: DeserializeOwned + Serialize>(&mut self) -> Result<T, Failure> {
        let given = std::mem::take(&mut self.fields);
        let body: T = serde_json::from_value(Value::Object(given.clone())).map_err(|error| {
            let text = error.to_string();
            match text.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')) {
                Some((name, _)) => Failure::Unsupported(format!("optional argument {} {name}", self.call)),
                None => Failure::Sdk(Box::new(error.into())),
            }
        })?;
        let written = serde_json::to_value(&body).unwrap();
        self.fields = given;
        self.fields.retain(|name, value| !value.is_null() && written.get(name).is_none());
        self.end()?;
        Ok(body)
    }

    /// end is called when the call has taken all that it can.
    fn end(&self) -> Result<(), Failure> {
        match self.fields.keys().find(|name| !self.fields[*name].is_null()) {
            Some(name) => Err(Failure::Unsupported(format!("argument {} {name}", self.call))),
            None => Ok(()),
        }
    }
}

/// wait makes a call, and returns what the SDK has read, secrets included.
fn wait<T: Serialize>(call: impl Future<Output = Result<T, Error>>) -> Result<Value, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let result = runtime.block_on(call).map_err(|error| Failure::Sdk(Box::new(error)))?;
    Ok(serde_json::to_value(result).unwrap())
}

/// send makes a call with arguments of its path, its query and its body.
macro_rules! send {
    ($given:ident, $service:expr, $method:ident($($path:ident),*)) => {{
        $(let $path: String = $given.required(stringify!($path))?;)*
        $given.end()?;
        wait($service.$method($(&$path),*))
    }};
    ($given:ident, $service:expr, $method:ident($($path:ident),*), $params:ident ?$($query:ident)*) => {{
        $(let $path: String = $given.required(stringify!($path))?;)*
        let mut params: $params = Default::default();
        $(params.$query = $given.take(stringify!($query))?;)*
        $given.end()?;
        wait($service.$method($(&$path,)* params))
    }};
    ($given:ident, $service:expr, $method:ident($($path:ident),*), $params:ident $(?$($query:ident)*)?, body) => {{
        $(let $path: String = $given.required(stringify!($path))?;)*
        $($(let $query = $given.take(stringify!($query))?;)*)?
        #[allow(unused_mut)]
        let mut params = $params::new($given.body()?);
        $($(params.$query = $query;)*)?
        wait($service.$method($(&$path,)* params))
    }};
}

fn result(workos: &Client, mut g: Given) -> Result<Value, Failure> {
    let (service, method) = g.call.split_once('.').unwrap();
    match service {
        "pipes" if method.contains("connected_account") => account(workos, method, g),
        "pipes" => pipes(workos, method, g),
        "pipes_provider" => provider(workos, method, g),
        "webhooks" if method == "verify" => verified(&g.fields),
        "webhooks" => webhooks(workos, method, g),
        "events" => {
            let mut params = ListEventsParams::new(g.required("events")?);
            params.order = g.take("order")?;
            params.after = g.take("after")?;
            params.limit = g.take("limit")?;
            params.organization_id = g.take("organization_id")?;
            params.range_start = g.take("range_start")?;
            params.range_end = g.take("range_end")?;
            g.end()?;
            wait(workos.events().list_events(params))
        }
        _ => unsupported(&g),
    }
}

fn unsupported(given: &Given) -> Result<Value, Failure> {
    Err(Failure::Unsupported(format!("operation {}", given.call)))
}

fn account(workos: &Client, method: &str, mut g: Given) -> Result<Value, Failure> {
    let p = workos.pipes();
    match method {
        "get_user_connected_account" => send!(g, p, get_user_connected_account(user_id, slug),
            GetUserConnectedAccountParams ?organization_id supports_multiple_connections connected_account_id),
        "create_user_connected_account" => send!(g, p, create_user_connected_account(user_id, slug),
            CreateUserConnectedAccountParams ?organization_id, body),
        "update_user_connected_account" => send!(g, p, update_user_connected_account(user_id, slug),
            UpdateUserConnectedAccountParams ?organization_id connected_account_id connection_intent, body),
        "delete_user_connected_account" => send!(g, p, delete_user_connected_account(user_id, slug),
            DeleteUserConnectedAccountParams ?organization_id),
        "get_organization_connected_account" => send!(g, p, get_organization_connected_account(organization_id, slug),
            GetOrganizationConnectedAccountParams ?supports_multiple_connections),
        "create_organization_connected_account" => {
            send!(
                g,
                p,
                create_organization_connected_account(organization_id, slug),
                CreateOrganizationConnectedAccountParams,
                body
            )
        }
        "update_organization_connected_account" => {
            send!(g, p, update_organization_connected_account(organization_id, slug),
                UpdateOrganizationConnectedAccountParams ?connected_account_id, body)
        }
        "delete_organization_connected_account" => {
            send!(g, p, delete_organization_connected_account(organization_id, slug),
                DeleteOrganizationConnectedAccountParams ?supports_multiple_connections)
        }
        _ => unsupported(&g),
    }
}

fn pipes(workos: &Client, method: &str, mut g: Given) -> Result<Value, Failure> {
    let p = workos.pipes();
    match method {
        "get_access_token" => send!(g, p, get_access_token(provider), GetAccessTokenParams, body),
        "create_data_integration_credential" => {
            send!(g, p, create_data_integration_credential(slug), CreateDataIntegrationCredentialParams, body)
        }
        "update_data_integration_api_key" => {
            send!(g, p, update_data_integration_api_key(slug), UpdateDataIntegrationApiKeyParams, body)
        }
        "create_data_integration_api_key" => {
            send!(g, p, create_data_integration_api_key(slug), CreateDataIntegrationApiKeyParams, body)
        }
        "update_data_integration_client_credentials" => {
            send!(
                g,
                p,
                update_data_integration_client_credentials(slug),
                UpdateDataIntegrationClientCredentialsParams,
                body
            )
        }
        "create_data_integration_client_credential" => {
            send!(
                g,
                p,
                create_data_integration_client_credential(slug),
                CreateDataIntegrationClientCredentialParams,
                body
            )
        }
        "authorize_data_integration" => {
            send!(g, p, authorize_data_integration(slug), AuthorizeDataIntegrationParams, body)
        }
        "create_data_integration" => send!(g, p, create_data_integration(), CreateDataIntegrationParams, body),
        "list_data_integrations" => send!(g, p, list_data_integrations(),
            ListDataIntegrationsParams ?before after limit order ownership),
        "get_data_integration" => send!(g, p, get_data_integration(slug)),
        "update_data_integration" => send!(g, p, update_data_integration(slug), UpdateDataIntegrationParams, body),
        "delete_data_integration" => send!(g, p, delete_data_integration(slug)),
        "list_data_integration_organization" => send!(g, p, list_data_integration_organization(slug)),
        "update_data_integration_organization" => {
            send!(g, p, update_data_integration_organization(slug), UpdateDataIntegrationOrganizationParams, body)
        }
        "delete_data_integration_organization" => send!(g, p, delete_data_integration_organization(slug)),
        "list_user_data_providers" => send!(g, p, list_user_data_providers(user_id),
            ListUserDataProvidersParams ?organization_id supports_multiple_connections),
        "list_organization_data_providers" => send!(g, p, list_organization_data_providers(organization_id),
            ListOrganizationDataProvidersParams ?supports_multiple_connections),
        _ => unsupported(&g),
    }
}

fn provider(workos: &Client, method: &str, mut g: Given) -> Result<Value, Failure> {
    let p = workos.pipes_provider();
    match method {
        "list_organization_data_integration_configurations" => {
            send!(g, p, list_organization_data_integration_configurations(organization_id))
        }
        "update_organization_data_integration_configuration" => {
            send!(
                g,
                p,
                update_organization_data_integration_configuration(organization_id, slug),
                UpdateOrganizationDataIntegrationConfigurationParams,
                body
            )
        }
        _ => unsupported(&g),
    }
}

fn webhooks(workos: &Client, method: &str, mut g: Given) -> Result<Value, Failure> {
    let w = workos.webhooks();
    match method {
        "list_webhook_endpoints" => {
            send!(g, w, list_webhook_endpoints(), ListWebhookEndpointsParams ?before after limit order)
        }
        "create_webhook_endpoint" => send!(g, w, create_webhook_endpoint(), CreateWebhookEndpointParams, body),
        "update_webhook_endpoint" => send!(g, w, update_webhook_endpoint(id), UpdateWebhookEndpointParams, body),
        "delete_webhook_endpoint" => send!(g, w, delete_webhook_endpoint(id)),
        _ => unsupported(&g),
    }
}

fn verified(parts: &Map<String, Value>) -> Result<Value, Failure> {
    let part = |name: &str| parts[name].as_str().unwrap();
    let event = WebhookVerifier::new(part("secret")).construct_event(part("signature"), part("body"));
    Ok(serde_json::to_value(event.map_err(|error| Failure::Sdk(Box::new(error)))?).unwrap())
}
