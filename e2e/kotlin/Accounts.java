package e2e;

import static e2e.Harness.*;

import com.workos.WorkOS;
import com.workos.models.ConnectedAccount;
import com.workos.models.DataIntegrationCredentialsResponse;
import com.workos.types.PipeConnectedAccountState;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;

/** Connected accounts, and what they authenticate with. */
final class Accounts {
    private static final WorkOS WORKOS = client();

    private static ConnectedAccount get(WorkOS workos) {
        return workos.getPipes().getUserConnectedAccount(ALICE, "github");
    }

    private static ConnectedAccount imported(WorkOS workos, String slug, String token) {
        return workos.getPipes().createUserConnectedAccount(ALICE, slug, null, token);
    }

    private static ConnectedAccount updated(WorkOS workos, String token, PipeConnectedAccountState state) {
        return workos.getPipes().updateUserConnectedAccount(ALICE, "github", null, token, null, null, null, state);
    }

    private static void delete(WorkOS workos) {
        workos.getPipes().deleteUserConnectedAccount(ALICE, "github");
    }

    private static String served() {
        return Token.token().getAccessToken().getAccessToken();
    }

    private static void account() throws Exception {
        var account = get(WORKOS);
        check(account.getId().matches("data_installation_[0-9A-HJKMNP-TV-Z]{26}"), account.getId());
        equal(account.getObjectType(), "connected_account");
        equal(account.getUserId(), ALICE);
        equal(account.getOrganizationId(), null);
        equal(account.getState().getValue(), "connected");
        equal(account.getAuthMethod().getValue(), "oauth");
        equal(account.getScopes(), List.of("repo", "user:email", "read:org"));
        use("needs_reauthorization");
        equal(get(WORKOS).getState().getValue(), "needs_reauthorization");
        use("not_installed");
        missing(() -> get(WORKOS));
    }

    private static void importIsWhatTokenServes() throws Exception {
        use("not_installed");
        var expires = OffsetDateTime.parse("2099-01-01T00:00:00Z");
        var account = WORKOS.getPipes().createUserConnectedAccount(
            ALICE, "github", null, "gho_mine", "ghr_mine", expires, List.of("repo"));
        equal(account.getState().getValue(), "connected");
        var token = Token.token().getAccessToken();
        equal(token.getAccessToken(), "gho_mine");
        check(token.getExpiresAt().isEqual(expires), "expires at " + token.getExpiresAt());
        equal(token.getScopes(), List.of("repo"));
        equal(token.getMissingScopes(), List.of("user:email", "read:org"));
    }

    /** The SDK repeats the call by itself, with the same Idempotency-Key. */
    private static void importAfterALostResponse() throws Exception {
        use("not_installed");
        control("POST", "faults", "{\"reset\": true, \"operation\": \"import_connected_account\", \"times\": 1}");
        equal(imported(WORKOS, "github", "gho_mine").getState().getValue(), "connected");
        equal(served(), "gho_mine");
        equal(calls("import_connected_account"), 2);
    }

    private static void importErrors() throws Exception {
        refused(() -> imported(WORKOS, "github", "t"), 409, "entity_already_exists");
        use("not_installed");
        unprocessable(
            () -> WORKOS.getPipes().createUserConnectedAccount(ALICE, "github", null, null, "ghr"),
            "invalid_token_combination");
        missing(() -> imported(strictClient(), "slack", "t"));
    }

    private static void update() throws Exception {
        var account = updated(WORKOS, null, PipeConnectedAccountState.NeedsReauthorization);
        equal(account.getState().getValue(), "needs_reauthorization");
        equal(Token.token().getError().getValue(), "needs_reauthorization");
        updated(WORKOS, "new", null);
        equal(served(), "new");
        use("not_installed");
        missing(() -> updated(WORKOS, "new", null));
    }

    private static void deleted() {
        delete(WORKOS);
        equal(Token.token().getError().getValue(), "not_installed");
        missing(() -> delete(WORKOS));
    }

    private static DataIntegrationCredentialsResponse vended(WorkOS workos, String slug) {
        return workos.getPipes().createDataIntegrationCredential(slug, ALICE);
    }

    private static void vend() throws Exception {
        var result = vended(WORKOS, "github");
        equal(result.getActive(), true);
        equal(result.getCredential().getAuthMethod(), "oauth");
        equal(result.getCredential().getValue(), served());
        use("needs_reauthorization");
        equal(vended(WORKOS, "github").getActive(), false);
        equal(vended(WORKOS, "github").getError().getValue(), "needs_reauthorization");
    }

    /** The credential of an API key has no scopes, which the SDK demands: a newer SDK that can read it fails here. */
    private static void cannotReadKey() throws Exception {
        use("{\"auth_method\": \"api_key\"}");
        var error = thrown(() -> vended(WORKOS, "github"));
        equal(error.getClass().getSimpleName(), "KotlinInvalidNullException");
        check(error.getMessage().contains("JSON property scopes"), error.getMessage());
    }

    private static void vendClient() throws Exception {
        use("{\"auth_method\": \"client_credentials\"}");
        equal(vended(WORKOS, "salesforce").getCredential().getAuthMethod(), "client_credentials");
    }

    private static void vendErrors() {
        badRequest(() -> WORKOS.getPipes().createDataIntegrationCredential("github", ""));
        missing(() -> vended(strictClient(), "slack"));
    }

    private static ConnectedAccount key(WorkOS workos, String slug, String secret) {
        return workos.getPipes().updateDataIntegrationApiKey(slug, ALICE, secret);
    }

    private static void apiKey() throws Exception {
        use("not_installed");
        var first = key(WORKOS, "keys", "sk-123456cdef");
        equal(first.getAuthMethod().getValue(), "api_key");
        equal(first.getApiKeyLast4(), "cdef");
        var rotated = key(WORKOS, "keys", "other");
        equal(rotated.getId(), first.getId());
        equal(rotated.getApiKeyLast4(), "ther");
    }

    private static void apiKeyErrors() {
        unprocessable(() -> key(WORKOS, "github", "s"), "auth_method_mismatch");
        badRequest(() -> key(WORKOS, "keys", ""));
        missing(() -> key(strictClient(), "slack", "s"));
    }

    private static ConnectedAccount app(WorkOS workos, String slug, String id) {
        return workos.getPipes().updateDataIntegrationClientCredentials(
            slug, ALICE, id, "shhh-cdef", null, Map.of("mydomain", "acme"));
    }

    private static void clientCredentials() throws Exception {
        use("not_installed");
        var first = app(WORKOS, "salesforce", "3MVG9");
        equal(first.getAuthMethod().getValue(), "client_credentials");
        equal(first.getClientId(), "3MVG9");
        equal(first.getClientSecretLast4(), "cdef");
        equal(first.getConfig(), Map.of("mydomain", "acme"));
        equal(app(WORKOS, "salesforce", "other").getId(), first.getId());
    }

    private static void clientCredentialsErrors() {
        unprocessable(() -> app(WORKOS, "github", "a"), "auth_method_mismatch");
        badRequest(() -> app(WORKOS, "salesforce", ""));
        missing(() -> app(strictClient(), "slack", "a"));
    }

    public static void main(String[] args) {
        new Operation("get_connected_account").with("account", Accounts::account).everyError(Accounts::get).run();
        new Operation("import_connected_account")
            .with("is_what_token_serves", Accounts::importIsWhatTokenServes)
            .with("after_a_lost_response", Accounts::importAfterALostResponse)
            .with("errors", Accounts::importErrors)
            .everyError(workos -> imported(workos, "github", "t"))
            .run();
        new Operation("update_connected_account")
            .with("account", Accounts::update)
            .everyError(workos -> updated(workos, "t", null))
            .run();
        new Operation("delete_connected_account").with("account", Accounts::deleted).everyError(Accounts::delete).run();
        new Operation("credentials")
            .with("oauth", Accounts::vend)
            .with("cannot_read_api_key", Accounts::cannotReadKey)
            .with("client_credentials", Accounts::vendClient)
            .with("errors", Accounts::vendErrors)
            .everyError(workos -> vended(workos, "github"))
            .run();
        new Operation("upsert_api_key")
            .with("api_key", Accounts::apiKey)
            .with("errors", Accounts::apiKeyErrors)
            .everyError(workos -> key(workos, "keys", "s"))
            .run();
        new Operation("upsert_client_credentials")
            .with("client_credentials", Accounts::clientCredentials)
            .with("errors", Accounts::clientCredentialsErrors)
            .everyError(workos -> app(workos, "salesforce", "a"))
            .run();
        exit();
    }
}
