package e2e;

import static e2e.Harness.*;

import com.workos.WorkOS;
import com.workos.models.ApiKeyInstallation;
import com.workos.models.CustomProviderDefinition;
import com.workos.models.DataIntegration;
import com.workos.models.DataIntegrationCredentialsInput;
import com.workos.models.DataIntegrationsListResponseData;
import com.workos.models.UpdateCustomProviderDefinition;
import com.workos.types.ConnectedAccountAuthMethod;
import com.workos.types.DataIntegrationCredentialType;
import com.workos.types.PaginationOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Data integrations, what owners can connect to, and the way there. */
final class Integrations {
    private static final WorkOS WORKOS = client();
    private static final DataIntegrationCredentialsInput CREDENTIALS =
        new DataIntegrationCredentialsInput(DataIntegrationCredentialType.Custom, "Iv1.abc", "secret_6789");
    private static final String AUTHORIZE = "https://crm.example.com/authorize";
    private static final String TOKEN = "https://crm.example.com/token";

    private static DataIntegration created(WorkOS workos, String slug, CustomProviderDefinition custom) {
        return workos.getPipes().createDataIntegration(slug, null, null, null, null, null, CREDENTIALS, null, custom);
    }

    private static DataIntegration created(String slug) {
        return created(WORKOS, slug, null);
    }

    private static DataIntegration got(WorkOS workos, String slug) {
        return workos.getPipes().getDataIntegration(slug);
    }

    private static DataIntegration enabled(WorkOS workos, String slug) {
        return workos.getPipes().updateDataIntegration(slug, null, true);
    }

    private static void delete(WorkOS workos, String slug) {
        workos.getPipes().deleteDataIntegration(slug);
    }

    private static void createBuiltIn() {
        var made = WORKOS.getPipes().createDataIntegration(
            "linear", "Ours", true, List.of("read"), null, Map.of("team", "a"), CREDENTIALS);
        check(made.getId().matches("data_integration_\\w{26}"), made.getId());
        equal(made.getSlug(), "linear");
        equal(made.getDescription(), "Ours");
        equal(made.getEnabled(), true);
        equal(made.getScopes(), List.of("read"));
        equal(made.getConfig(), Map.of("team", "a"));
        equal(made.getState().getValue(), "valid");
        equal(made.getCredentials().getType(), DataIntegrationCredentialType.Custom);
        equal(made.getCredentials().getClientId(), "Iv1.abc");
        equal(made.getCredentials().getRedactedClientSecret(), "6789");
        equal(made.getInstallation(), null);
    }

    private static void createWithApiKey() {
        var made = WORKOS.getPipes().createDataIntegration(
            "keys", null, null, null, List.of(ConnectedAccountAuthMethod.ApiKey), null, null,
            new ApiKeyInstallation("key-1234", ALICE, null));
        equal(made.getInstallation().getApiKeyLast4(), "1234");
        equal(made.getCredentials(), null);
        equal(made.getRedirectUri(), "");
    }

    /** The definition as the SDK makes it: null for all that is not given, which it sends, as null. */
    private static CustomProviderDefinition definition(String name) {
        return new CustomProviderDefinition(name, AUTHORIZE, TOKEN, null, null, null, null, null, null, null, null);
    }

    private static void custom() {
        var made = created(WORKOS, "my-crm", definition("My CRM")).getCustomProvider();
        equal(made.getName(), "My CRM");
        equal(made.getAuthorizationUrl(), AUTHORIZE);
        equal(made.getTokenUrl(), TOKEN);
        equal(made.getRefreshTokenUrl(), null);
        equal(made.getPkceEnabled(), true);
        equal(made.getRequestScopeSeparator(), " ");
        equal(made.getScopesRequired(), false);
        equal(made.getClientSecretRequired(), true);
        equal(made.getAdditionalAuthorizationParameters(), Map.of());
        equal(made.getTokenBodyContentType(), "application/x-www-form-urlencoded");
        equal(made.getAuthenticateVia().getValue(), "request_body");
    }

    /** An update with the SDK's defaults leaves the definition as it is, but for what is given. */
    private static void updateCustom() {
        created(WORKOS, "my-crm", definition("My CRM"));
        var before = got(WORKOS, "my-crm").getCustomProvider();
        equal(updated(new UpdateCustomProviderDefinition()).getCustomProvider(), before);
        var renamed = new UpdateCustomProviderDefinition(
            "CRM", null, null, null, null, ",", null, null, null, null, null);
        var after = updated(renamed).getCustomProvider();
        equal(after.getName(), "CRM");
        equal(after.getRequestScopeSeparator(), ",");
        equal(after.getTokenUrl(), TOKEN);
        equal(after.getPkceEnabled(), before.getPkceEnabled());
        equal(after.getAuthenticateVia(), before.getAuthenticateVia());
    }

    /** The only address that null removes: an application that keeps it must repeat it in each update. */
    private static void updateRemovesRefreshUrl() {
        created(WORKOS, "my-crm", definition("My CRM"));
        var refresh = new UpdateCustomProviderDefinition(
            null, null, null, TOKEN, null, null, null, null, null, null, null);
        equal(updated(refresh).getCustomProvider().getRefreshTokenUrl(), TOKEN);
        equal(updated(new UpdateCustomProviderDefinition()).getCustomProvider().getRefreshTokenUrl(), null);
    }

    private static DataIntegration updated(UpdateCustomProviderDefinition definition) {
        return WORKOS.getPipes().updateDataIntegration("my-crm", null, null, null, null, null, definition);
    }

    private static void createErrors() {
        badRequest(() -> WORKOS.getPipes().createDataIntegration("linear"));
        missing(() -> created(strictClient(), "nowhere", null));
        created("linear");
        refused(() -> created("linear"), 409, "entity_already_exists");
        unprocessable(() -> created(WORKOS, "zoom", definition("Zoom")), "slug_reserved");
    }

    private static void pages() {
        var slugs = new ArrayList<String>();
        for (int i = 0; i < 12; i++) slugs.add(created("p" + i).getSlug());
        var page = WORKOS.getPipes().listDataIntegrations(null, null, 5, PaginationOrder.Asc);
        equal(page.data.size(), 5);
        var seen = new ArrayList<String>();
        page.autoPagingIterable().forEach(integration -> seen.add(integration.getSlug()));
        equal(seen, slugs);
        badRequest(() -> WORKOS.getPipes().listDataIntegrations(null, null, 1000));
    }

    private static void getUpdateDelete() {
        var made = created("linear");
        equal(got(WORKOS, "linear"), made);
        equal(enabled(WORKOS, "linear").getEnabled(), true);
        delete(WORKOS, "linear");
        missing(() -> got(WORKOS, "linear"));
        missing(() -> enabled(WORKOS, "linear"));
        missing(() -> delete(WORKOS, "linear"));
        equal(got(WORKOS, "github").getCredentials(), null); // the file's providers have shared ones
    }

    private static void updateErrors() {
        refused(() -> enabled(WORKOS, "github"), 403, "data_integration_shared");
        created("linear");
        var key = new ApiKeyInstallation("12345", ALICE, null);
        unprocessable(
            () -> WORKOS.getPipes().updateDataIntegration("linear", null, null, null, null, key),
            "auth_method_mismatch");
    }

    private static String authorized(WorkOS workos, String slug, String returnTo) {
        return workos.getPipes().authorizeDataIntegration(slug, ALICE, null, returnTo).getUrl();
    }

    private static void authorize() {
        var url = authorized(WORKOS, "github", "https://app.example.com/back");
        check(url.matches("http://127\\.0\\.0\\.1:\\d+/data-integrations/\\w{24}/authorize-redirect"), url);
    }

    private static void authorizeErrors() {
        badRequest(() -> authorized(WORKOS, "github", "nowhere"));
        missing(() -> authorized(strictClient(), "slack", null));
        created("linear");
        refused(() -> authorized(WORKOS, "linear", null), 403, "data_integration_disabled");
    }

    private static DataIntegrationsListResponseData github() {
        var providers = WORKOS.getPipes().listUserDataProviders(ALICE).getData();
        return providers.stream().filter(provider -> provider.getSlug().equals("github")).findFirst().get();
    }

    private static void dataProviders() throws Exception {
        use("missing_scopes");
        var found = github();
        equal(found.getObjectType(), "data_provider");
        equal(found.getName(), "GitHub");
        equal(found.getCredentialsType(), "shared");
        equal(found.getConnectedAccount().getState().getValue(), "connected");
        equal(found.getConnectedAccount().getScopes(), List.of("repo", "user:email"));
        use("not_installed");
        equal(github().getConnectedAccount(), null);
    }

    private static void configurations() {
        var provider = WORKOS.getPipesProvider();
        var listed = provider.listOrganizationDataIntegrationConfigurations("org_acme").getData();
        var github = listed.stream().filter(one -> one.getSlug().equals("github")).findFirst().get();
        equal(github.getEnabled(), true);
        equal(github.getOrganizationId(), "org_acme");
        var changed =
            provider.updateOrganizationDataIntegrationConfiguration("org_acme", "github", false, List.of("repo"));
        equal(changed.getEnabled(), false);
        equal(changed.getScopes(), List.of("repo"));
        var token = WORKOS.getPipes().getAccessToken("github", ALICE, "org_acme").getAccessToken();
        equal(token.getScopes(), List.of("repo"));
    }

    private static void configurationErrors() {
        var provider = WORKOS.getPipesProvider();
        badRequest(() -> provider.updateOrganizationDataIntegrationConfiguration("org_acme", "github"));
        unprocessable(
            () -> provider.updateOrganizationDataIntegrationConfiguration("org_acme", "github", null, List.of("other")),
            "scopes_not_configured");
        missing(() -> provider.updateOrganizationDataIntegrationConfiguration("org_acme", "linear", true));
    }

    public static void main(String[] args) {
        new Operation("create_data_integration")
            .with("built_in", Integrations::createBuiltIn)
            .with("with_api_key", Integrations::createWithApiKey)
            .with("custom", Integrations::custom)
            .with("errors", Integrations::createErrors)
            .everyError(workos -> created(workos, "linear", null))
            .run();
        new Operation("list_data_integrations")
            .with("pages", Integrations::pages)
            .everyError(workos -> workos.getPipes().listDataIntegrations())
            .run();
        new Operation("get_data_integration")
            .with("get_update_delete", Integrations::getUpdateDelete)
            .everyError(workos -> got(workos, "github"))
            .run();
        new Operation("update_data_integration")
            .with("get_update_delete", Integrations::getUpdateDelete)
            .with("custom", Integrations::updateCustom)
            .with("custom_removes_refresh_url", Integrations::updateRemovesRefreshUrl)
            .with("errors", Integrations::updateErrors)
            .everyError(workos -> enabled(workos, "linear"))
            .run();
        new Operation("delete_data_integration")
            .with("get_update_delete", Integrations::getUpdateDelete)
            .everyError(workos -> delete(workos, "linear"))
            .run();
        new Operation("authorize")
            .with("url", Integrations::authorize)
            .with("errors", Integrations::authorizeErrors)
            .everyError(workos -> authorized(workos, "github", null))
            .run();
        new Operation("list_data_providers")
            .with("all", Integrations::dataProviders)
            .everyError(workos -> workos.getPipes().listUserDataProviders(ALICE))
            .run();
        new Operation("list_organization_configurations")
            .with("configurations", Integrations::configurations)
            .everyError(workos -> workos.getPipesProvider().listOrganizationDataIntegrationConfigurations("org_acme"))
            .run();
        new Operation("configure_organization")
            .with("configurations", Integrations::configurations)
            .with("errors", Integrations::configurationErrors)
            .everyError(workos ->
                workos.getPipesProvider().updateOrganizationDataIntegrationConfiguration("org_acme", "github", true))
            .run();
        exit();
    }
}
