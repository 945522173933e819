//! Data integrations, what owners can connect to, and the way there.

use serde_json::{json, Value};
use workos::pipes::*;
use workos::pipes_provider::UpdateOrganizationDataIntegrationConfigurationParams;
use workos::{Client, DataIntegration, Error};

use crate::harness::*;
use crate::token::token;

/// given adds fields to those of an integration of Linear with credentials of our own.
fn given(fields: Value) -> Value {
    let credentials = json!({"type": "custom", "client_id": "Iv1.abc", "client_secret": "secret_6789"});
    let mut all = json!({"provider": "linear", "credentials": credentials});
    all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    all
}

fn create(workos: &Client, fields: Value) -> Result<DataIntegration, Error> {
    wait(workos.pipes().create_data_integration(CreateDataIntegrationParams::new(body(fields))))
}

fn created(fields: Value) -> Value {
    read(create(&client(), given(fields)).unwrap())
}

fn get(workos: &Client, slug: &str) -> Result<DataIntegration, Error> {
    wait(workos.pipes().get_data_integration(slug))
}

fn update(workos: &Client, slug: &str, fields: Value) -> Result<DataIntegration, Error> {
    wait(workos.pipes().update_data_integration(slug, UpdateDataIntegrationParams::new(body(fields))))
}

fn delete(workos: &Client, slug: &str) -> Result<(), Error> {
    wait(workos.pipes().delete_data_integration(slug))
}

fn create_built_in() {
    let fields = json!({"description": "Ours", "enabled": true, "scopes": ["read"], "ownership": "organization"});
    let made = created(fields);
    assert!(made["id"].as_str().unwrap().starts_with("data_integration_"));
    assert_eq!((&made["slug"], &made["description"]), (&json!("linear"), &json!("Ours")));
    assert_eq!((&made["enabled"], &made["scopes"]), (&json!(true), &json!(["read"])));
    assert_eq!((&made["ownership"], &made["state"]), (&json!("organization"), &json!("valid")));
    let credentials = json!({"type": "custom", "client_id": "Iv1.abc", "redacted_client_secret": "6789"});
    assert_eq!(made["credentials"], credentials);
}

fn create_with_api_key() {
    let key = json!({"secret": "key-1234", "user_id": ALICE});
    let made = json!({"provider": "keys", "auth_methods": ["api_key"], "api_key": key});
    let made = read(create(&client(), made).unwrap());
    assert_eq!(made["installation"]["api_key_last_4"], "1234");
    assert_eq!((made.get("credentials"), &made["redirect_uri"]), (None, &json!("")));
}

/// Of a custom provider the SDK sends what the application sets, and nothing else.
fn create_custom() {
    let urls =
        json!({"authorization_url": "https://crm.example.com/authorize", "token_url": "https://crm.example.com/token"});
    let mut definition = urls.clone();
    definition["name"] = "My CRM".into();
    let made = created(json!({"provider": "my-crm", "custom_provider": definition}));
    let custom = &made["custom_provider"];
    assert_eq!((&custom["name"], &custom["pkce_enabled"]), (&json!("My CRM"), &json!(true)));
    assert_eq!(custom["token_url"], urls["token_url"]);
    assert_eq!((&custom["request_scope_separator"], custom.get("refresh_token_url")), (&json!(" "), None));
    assert_eq!(custom["authenticate_via"], "request_body");
    let changed = json!({"custom_provider": {"name": "CRM", "request_scope_separator": ","}});
    let changed = read(update(&client(), "my-crm", changed).unwrap());
    let custom = &changed["custom_provider"];
    assert_eq!((&custom["name"], &custom["request_scope_separator"]), (&json!("CRM"), &json!(",")));
    assert_eq!(custom["token_url"], urls["token_url"]);
}

fn create_errors() {
    fails(create(&client(), json!({"provider": "linear"})), 400, "invalid_request");
    missing(create(&strict_client(), given(json!({"provider": "nowhere"}))));
    created(json!({}));
    fails(create(&client(), given(json!({}))), 409, "entity_already_exists");
    let shadow =
        json!({"name": "S", "authorization_url": "https://a.example.com", "token_url": "https://a.example.com"});
    let shadow = given(json!({"provider": "zoom", "custom_provider": shadow}));
    fails(create(&client(), shadow), 422, "slug_reserved");
}

fn list(workos: &Client, params: ListDataIntegrationsParams) -> Result<Value, Error> {
    wait(workos.pipes().list_data_integrations(params)).map(read)
}

fn slugs(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(|i| i["slug"].as_str().unwrap().to_string()).collect()
}

fn list_pages() {
    let all: Vec<String> = (0..12).map(|i| format!("p{i}")).collect();
    for slug in &all {
        created(json!({"provider": slug}));
    }
    let mut seen = Vec::new();
    let mut params: ListDataIntegrationsParams = Default::default();
    (params.limit, params.order) = (Some(5), Some(workos::PaginationOrder::Asc));
    loop {
        let page = list(&client(), params.clone()).unwrap();
        seen.extend(slugs(&page));
        params.after = page["list_metadata"]["after"].as_str().map(String::from);
        if params.after.is_none() {
            break;
        }
    }
    assert_eq!(seen, all);
    params.limit = Some(1000);
    fails(list(&client(), params), 400, "invalid_request");
}

fn list_by_ownership() {
    created(json!({}));
    created(json!({"ownership": "organization"}));
    assert_eq!(slugs(&list(&client(), Default::default()).unwrap()).len(), 2);
    let mut params: ListDataIntegrationsParams = Default::default();
    params.ownership = Some("organization".parse().unwrap());
    let page = list(&client(), params).unwrap();
    assert_eq!((slugs(&page).len(), &page["data"][0]["ownership"]), (1, &json!("organization")));
}

fn get_update_delete() {
    let id = created(json!({"scopes": ["read"]}))["id"].clone();
    assert_eq!(get(&client(), "linear").unwrap().id, id);
    let changed = json!({"enabled": true, "description": "New", "scopes": ["write"]});
    let changed = read(update(&client(), "linear", changed).unwrap());
    assert_eq!((&changed["enabled"], &changed["scopes"]), (&json!(true), &json!(["write"])));
    delete(&client(), "linear").unwrap();
    missing(get(&client(), "linear"));
    missing(update(&client(), "linear", json!({"enabled": true})));
    missing(delete(&client(), "linear"));
    // The file's providers have shared credentials.
    assert_eq!(read(get(&client(), "github").unwrap()).get("credentials"), None);
}

fn update_errors() {
    fails(update(&client(), "github", json!({"enabled": false})), 403, "data_integration_shared");
    created(json!({}));
    fails(update(&client(), "linear", json!({"custom_provider": {"name": "x"}})), 400, "invalid_request");
    let key = json!({"api_key": {"secret": "12345", "user_id": ALICE}});
    fails(update(&client(), "linear", key), 422, "auth_method_mismatch");
}

fn delete_with_its_connections() {
    created(json!({}));
    let params = || GetAccessTokenParams::new(body(json!({"user_id": ALICE})));
    assert_eq!(wait(client().pipes().get_access_token("linear", params())).unwrap().active, Some(true));
    delete(&client(), "linear").unwrap();
    missing(wait(client().pipes().get_access_token("linear", params())));
}

fn organizations_integration() {
    let workos = client();
    let pipes = workos.pipes();
    let get = || wait(pipes.list_data_integration_organization("linear"));
    let update = || {
        let params = UpdateDataIntegrationOrganizationParams::new(body(json!({"enabled": true})));
        wait(pipes.update_data_integration_organization("linear", params))
    };
    let delete = || wait(pipes.delete_data_integration_organization("linear"));
    created(json!({"ownership": "organization"}));
    assert_eq!(read(get().unwrap())["ownership"], "organization");
    assert!(update().unwrap().enabled);
    let listed = wait(pipes.list_organization_data_providers("org_acme", Default::default())).unwrap();
    assert_eq!(slugs(&read(listed)), ["linear"]);
    delete().unwrap();
    missing(get());
    missing(update());
    missing(delete());
}

fn authorize(workos: &Client, slug: &str, fields: Value) -> Result<String, Error> {
    let params = AuthorizeDataIntegrationParams::new(body(fields));
    wait(workos.pipes().authorize_data_integration(slug, params)).map(|made| made.url)
}

fn authorize_url() {
    let url = authorize(&client(), "github", json!({"user_id": ALICE, "return_to": "https://app.example.com/back"}));
    let url = url.unwrap();
    assert!(url.starts_with("http://127.0.0.1:") && url.ends_with("/authorize-redirect"), "{url}");
}

fn authorize_errors() {
    let nowhere = json!({"user_id": ALICE, "return_to": "nowhere"});
    fails(authorize(&client(), "github", nowhere), 400, "invalid_request");
    missing(authorize(&strict_client(), "slack", json!({"user_id": ALICE})));
    created(json!({}));
    fails(authorize(&client(), "linear", json!({"user_id": ALICE})), 403, "data_integration_disabled");
}

fn data_providers(workos: &Client) -> Result<Value, Error> {
    wait(workos.pipes().list_user_data_providers(ALICE, Default::default())).map(read)
}

fn github_of(providers: Value) -> Value {
    providers["data"].as_array().unwrap().iter().find(|p| p["slug"] == "github").unwrap().clone()
}

fn list_data_providers() {
    switch("missing_scopes");
    let found = github_of(data_providers(&client()).unwrap());
    assert_eq!((&found["object"], &found["name"]), (&json!("data_provider"), &json!("GitHub")));
    assert_eq!(found["connected_account"]["state"], "connected");
    assert_eq!(found["connected_account"]["scopes"], json!(["repo", "user:email"]));
    assert_eq!(found["connected_accounts"], json!([found["connected_account"]]));
    switch("not_installed");
    let found = github_of(data_providers(&client()).unwrap());
    assert_eq!((found.get("connected_account"), &found["connected_accounts"]), (None, &json!([])));
}

fn configurations(workos: &Client) -> Result<Value, Error> {
    wait(workos.pipes_provider().list_organization_data_integration_configurations("org_acme")).map(read)
}

fn configure(workos: &Client, slug: &str, fields: Value) -> Result<Value, Error> {
    let params = UpdateOrganizationDataIntegrationConfigurationParams::new(body(fields));
    let provider = workos.pipes_provider();
    wait(provider.update_organization_data_integration_configuration("org_acme", slug, params)).map(read)
}

fn configured() {
    let listed = github_of(configurations(&client()).unwrap());
    assert_eq!((&listed["enabled"], &listed["organization_id"]), (&json!(true), &json!("org_acme")));
    let changed = configure(&client(), "github", json!({"enabled": false, "scopes": ["repo"]})).unwrap();
    assert_eq!((&changed["enabled"], &changed["scopes"]), (&json!(false), &json!(["repo"])));
    let result = token(json!({"user_id": ALICE, "organization_id": "org_acme"}));
    assert_eq!(result["access_token"]["scopes"], json!(["repo"]));
}

fn configure_errors() {
    fails(configure(&client(), "github", json!({})), 400, "invalid_request");
    fails(configure(&client(), "github", json!({"scopes": ["other"]})), 422, "scopes_not_configured");
    missing(configure(&client(), "linear", json!({"enabled": true})));
}

pub fn run() -> bool {
    [
        operation("create_data_integration")
            .case("built_in", create_built_in)
            .case("with_api_key", create_with_api_key)
            .case("custom", create_custom)
            .case("errors", create_errors)
            .every_error(|workos| create(workos, given(json!({})))),
        operation("list_data_integrations")
            .case("pages", list_pages)
            .case("by_ownership", list_by_ownership)
            .every_error(|workos| list(workos, Default::default())),
        operation("get_data_integration")
            .case("get_update_delete", get_update_delete)
            .every_error(|workos| get(workos, "github")),
        operation("update_data_integration")
            .case("get_update_delete", get_update_delete)
            .case("custom", create_custom)
            .case("errors", update_errors)
            .every_error(|workos| update(workos, "linear", json!({}))),
        operation("delete_data_integration")
            .case("with_its_connections", delete_with_its_connections)
            .every_error(|workos| delete(workos, "linear")),
        operation("organization_data_integration")
            .case("all", organizations_integration)
            .every_error(|workos| wait(workos.pipes().list_data_integration_organization("linear"))),
        operation("list_organization_data_providers").case("all", organizations_integration).every_error(|workos| {
            wait(workos.pipes().list_organization_data_providers("org_acme", Default::default()))
        }),
        operation("authorize")
            .case("url", authorize_url)
            .case("errors", authorize_errors)
            .every_error(|workos| authorize(workos, "github", json!({"user_id": ALICE}))),
        operation("list_data_providers").case("all", list_data_providers).every_error(data_providers),
        operation("list_organization_configurations").case("configured", configured).every_error(configurations),
        operation("configure_organization")
            .case("configured", configured)
            .case("errors", configure_errors)
            .every_error(|workos| configure(workos, "github", json!({"enabled": true}))),
    ]
    .map(Operation::run)
    .iter()
    .all(|good| *good)
}
