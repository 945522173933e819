package e2e;

import static e2e.Harness.*;
import static java.time.temporal.ChronoUnit.MINUTES;

import com.workos.WorkOS;
import com.workos.models.DataIntegrationAccessTokenResponse;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;

/** The token endpoint: getPipes().getAccessToken. */
final class Token {
    private static final List<String> SCENARIOS =
        List.of("active", "not_installed", "needs_reauthorization", "missing_scopes", "expired");

    private static final WorkOS WORKOS = client();

    static DataIntegrationAccessTokenResponse token() {
        return WORKOS.getPipes().getAccessToken("github", ALICE);
    }

    /** A result in one word, where a case is not about its details. */
    private static String state(WorkOS workos, String user, String organization) {
        var result = workos.getPipes().getAccessToken("github", user, organization);
        if (!result.getActive()) return result.getError().getValue();
        if (!result.getAccessToken().getMissingScopes().isEmpty()) return "missing_scopes";
        return result.getAccessToken().getExpiresAt().isBefore(OffsetDateTime.now()) ? "expired" : "active";
    }

    private static String state() {
        return state(WORKOS, ALICE, null);
    }

    private static void active() {
        var result = token();
        var token = result.getAccessToken();
        equal(result.getActive(), true);
        equal(result.getError(), null);
        equal(token.getObjectType(), "access_token");
        check(token.getAccessToken().matches("\\S{8,}"), token.getAccessToken());
        equal(token.getScopes(), List.of("repo", "user:email", "read:org"));
        equal(token.getMissingScopes(), List.of());
        equal(MINUTES.between(OffsetDateTime.now(), token.getExpiresAt().plusSeconds(30)), 60L);
    }

    private static void inactive() throws Exception {
        for (var error : List.of("not_installed", "needs_reauthorization")) {
            use(error);
            var result = token();
            equal(result.getActive(), false);
            equal(result.getError().getValue(), error);
            equal(result.getAccessToken(), null);
        }
    }

    private static void missingScopes() throws Exception {
        use("missing_scopes");
        var result = token();
        equal(result.getActive(), true);
        equal(result.getAccessToken().getScopes(), List.of("repo", "user:email"));
        equal(result.getAccessToken().getMissingScopes(), List.of("read:org"));
    }

    private static void expired() throws Exception {
        use("expired");
        equal(state(), "expired");
    }

    private static void neverExpires() throws Exception {
        use("{\"expires_in\": \"never\"}");
        var result = token();
        equal(result.getActive(), true);
        equal(result.getAccessToken().getExpiresAt(), null);
    }

    private static void sameTokenAgain() {
        equal(token(), token());
        var other = WORKOS.getPipes().getAccessToken("github", "user_bob").getAccessToken();
        check(!other.getAccessToken().equals(token().getAccessToken().getAccessToken()), "one token for two");
    }

    private static void perUserAndOrganization() throws Exception {
        for (var scenario : SCENARIOS) {
            useAt(scenario, Map.of("user_id", "user_" + scenario));
            useAt(scenario, Map.of("user_id", ALICE, "organization_id", "org_" + scenario));
        }
        for (var scenario : SCENARIOS) {
            equal(state(WORKOS, "user_" + scenario, null), scenario);
            equal(state(WORKOS, ALICE, "org_" + scenario), scenario);
        }
        equal(state(), "active");
        equal(state(WORKOS, "user_bob", "org_not_installed"), "active"); // the switches name Alice
    }

    private static void environmentsAreApart() throws Exception {
        use("not_installed");
        equal(state(client("sk_env_a"), ALICE, null), "active");
        equal(state(), "not_installed");
    }

    private static void errors() throws Exception {
        badRequest(() -> WORKOS.getPipes().getAccessToken("github", ""));
        missing(() -> WORKOS.getPipes().getAccessToken("no/slug", ALICE));
        missing(() -> strictClient().getPipes().getAccessToken("slack", ALICE));
        use("{\"auth_method\": \"api_key\"}");
        unprocessable(Token::token, "auth_method_mismatch");
    }

    /** The SDK waits as long as Retry-After says, and gives up after three more calls. */
    private static void isRepeated() throws Exception {
        control("POST", "faults", "{\"status\": 503, \"retry_after\": 0, \"times\": 2}");
        equal(token().getActive(), true);
        equal(calls("token"), 3);
        control("POST", "faults", "{\"status\": 429, \"retry_after\": 0, \"times\": 4}");
        fails(Token::token, "RateLimitException", 429, null);
        equal(calls("token"), 7);
    }

    public static void main(String[] args) {
        new Operation("token")
            .with("active", Token::active)
            .with("inactive", Token::inactive)
            .with("missing_scopes", Token::missingScopes)
            .with("expired", Token::expired)
            .with("never_expires", Token::neverExpires)
            .with("same_token_again", Token::sameTokenAgain)
            .with("per_user_and_organization", Token::perUserAndOrganization)
            .with("environments_are_apart", Token::environmentsAreApart)
            .with("errors", Token::errors)
            .with("is_repeated", Token::isRepeated)
            .everyError(workos -> workos.getPipes().getAccessToken("github", ALICE))
            .run();
        exit();
    }
}
