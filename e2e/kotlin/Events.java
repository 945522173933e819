package e2e;

import static e2e.Harness.*;

import com.sun.net.httpserver.HttpServer;
import com.workos.WorkOS;
import com.workos.common.http.PatchField;
import com.workos.models.PipesConnectedAccountReauthorizationNeeded;
import com.workos.models.WebhookEndpoint;
import com.workos.types.CreateWebhookEndpointEvents;
import com.workos.types.WebhookEndpointStatus;
import com.workos.webhooks.Webhook;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Events, webhook endpoints, and webhooks: received and verified as an application does. */
final class Events {
    private static final WorkOS WORKOS = client();
    private static final String REAUTHORIZATION_NEEDED = "pipes.connected_account.reauthorization_needed";
    private static final List<CreateWebhookEndpointEvents> NAMES = List.of(
        CreateWebhookEndpointEvents.PipesConnectedAccountConnected,
        CreateWebhookEndpointEvents.PipesConnectedAccountDisconnected,
        CreateWebhookEndpointEvents.PipesConnectedAccountReauthorizationNeeded);

    /** The SDK reads a page without events. One with an event it cannot read: a newer SDK that can fails here. */
    private static void cannotRead() throws Exception {
        equal(WORKOS.getEvents().list(List.of(REAUTHORIZATION_NEEDED)).data, List.of());
        Token.token();
        use("needs_reauthorization");
        var error = thrown(() -> WORKOS.getEvents().list(List.of(REAUTHORIZATION_NEEDED)));
        equal(error.getClass(), IllegalArgumentException.class);
        check(error.getMessage().startsWith("Could not resolve type id"), error.getMessage());
    }

    private static WebhookEndpoint created(String url) {
        return WORKOS.getWebhooks().createEndpoint(url, NAMES);
    }

    private static WebhookEndpoint disabled(String id) {
        var status = PatchField.of(WebhookEndpointStatus.Disabled);
        return WORKOS.getWebhooks().updateEndpoint(id, PatchField.absent(), status);
    }

    private static void endpoints() {
        var webhooks = WORKOS.getWebhooks();
        var made = created("https://app.example.com/webhooks");
        check(made.getId().startsWith("we_") && made.getSecret().startsWith("whsec_"), made.toString());
        equal(webhooks.listEndpoints().data, List.of(made));
        var changed = disabled(made.getId());
        equal(changed.getStatus(), WebhookEndpointStatus.Disabled);
        equal(changed.getEvents(), made.getEvents());
        webhooks.deleteEndpoint(made.getId());
        equal(webhooks.listEndpoints().data, List.of());
        missing(() -> disabled(made.getId()));
        missing(() -> webhooks.deleteEndpoint(made.getId()));
    }

    private static void endpointErrors() {
        created("https://app.example.com/webhooks");
        refused(() -> created("https://app.example.com/webhooks"), 409, "duplicate_endpoint");
        unprocessable(() -> created("app"), "invalid_url");
    }

    private record Received(String body, String signature, String secret) {}

    /** The webhook of a switch: of a connection that was read before. */
    private static Received received(String user, String scenario) throws Exception {
        var came = new LinkedBlockingQueue<Received>();
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        var secret = created("http://127.0.0.1:" + server.getAddress().getPort() + "/").getSecret();
        server.createContext("/", exchange -> {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            came.add(new Received(body, exchange.getRequestHeaders().getFirst("WorkOS-Signature"), secret));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try {
            WORKOS.getPipes().getAccessToken("github", user);
            use(scenario);
            var first = came.poll(20, TimeUnit.SECONDS);
            check(first != null, "no webhook came");
            return first;
        } finally {
            server.stop(0);
        }
    }

    private static void verified() throws Exception {
        for (var user : List.of(ALICE, "<b>&\"grüße\" \u2028 日本")) {
            control("POST", "reset", "");
            var webhook = received(user, "needs_reauthorization");
            var verifier = new Webhook();
            var event = verifier.constructEvent(webhook.body, webhook.signature, webhook.secret);
            equal(event.get("data").get("user_id").textValue(), user);
            var typed = verifier.constructTypedEvent(webhook.body, webhook.signature, webhook.secret);
            var account = ((PipesConnectedAccountReauthorizationNeeded) typed).getData();
            equal(account.getUserId(), user);
            equal(account.getProviderSlug(), "github");
            equal(account.getState().getValue(), "needs_reauthorization");
        }
    }

    private static void refusedWithAnotherSecret() throws Exception {
        var webhook = received(ALICE, "not_installed");
        check(refuses(webhook, "whsec_other"), "verified with another secret");
    }

    private static void refusedWhenMadeBad() throws Exception {
        control("POST", "faults", "{\"bad_signature\": true, \"operation\": \"webhook\", \"times\": 1}");
        var webhook = received(ALICE, "not_installed");
        check(refuses(webhook, webhook.secret), "verified a bad signature");
    }

    private static boolean refuses(Received webhook, String secret) {
        var error = thrown(() -> new Webhook().constructEvent(webhook.body, webhook.signature, secret));
        return error instanceof java.security.SignatureException;
    }

    public static void main(String[] args) {
        new Operation("list_events")
            .with("cannot_read", Events::cannotRead)
            .everyError(workos -> workos.getEvents().list(List.of(REAUTHORIZATION_NEEDED)))
            .run();
        new Operation("webhook_endpoints")
            .with("create_list_update_delete", Events::endpoints)
            .with("errors", Events::endpointErrors)
            .everyError(workos -> workos.getWebhooks().listEndpoints())
            .run();
        new Operation("webhook")
            .with("verified", Events::verified)
            .with("refused_with_another_secret", Events::refusedWithAnotherSecret)
            .with("refused_when_made_bad", Events::refusedWhenMadeBad)
            .run();
        exit();
    }
}
