package connect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.workos.WorkOS;
import com.workos.types.DataIntegrationAccessTokenResponseError;
import com.workos.webhooks.Webhook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.SignatureException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A small application with a button beside each user, which says whether GitHub is connected. As an HttpHandler it
 * receives webhooks. It knows nothing of the fake.
 */
public final class ConnectButton implements HttpHandler {
    private final WorkOS workos;
    private final URI gitHubUser;
    private final String webhookSecret;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, String> texts = new ConcurrentHashMap<>(); // what the buttons say, by user

    public ConnectButton(String workosUrl, String apiKey, String gitHubUrl, String webhookSecret) {
        this.workos = new WorkOS(apiKey, "client_test", workosUrl); // which repeats a call after a 503
        this.gitHubUser = URI.create(gitHubUrl + "/user");
        this.webhookSecret = webhookSecret;
    }

    /** Returns what the user's button says: the same until a webhook reports that the connection has changed. */
    public String text(String userId) {
        return texts.computeIfAbsent(userId, this::ask);
    }

    private String ask(String userId) {
        var token = workos.getPipes().getAccessToken("github", userId);
        if (token.getError() == DataIntegrationAccessTokenResponseError.NotInstalled) return "Connect GitHub";
        if (!token.getActive()) return "Reconnect GitHub";
        if (!token.getAccessToken().getMissingScopes().isEmpty()) return "Grant more access";
        return greet(token.getAccessToken().getAccessToken());
    }

    /** Uses the token. GitHub decides whether it is good, whatever its expiresAt says. */
    private String greet(String token) {
        var request = HttpRequest.newBuilder(gitHubUser).header("Authorization", "Bearer " + token).build();
        try {
            var response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() == 401) return "Reconnect GitHub";
            if (response.statusCode() != 200) throw new IOException("GitHub returned " + response.statusCode());
            return "Connected as " + new ObjectMapper().readTree(response.body()).get("login").textValue();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Receives a webhook. The button of the user whose connection has changed asks again when it is next shown. */
    @Override
    public void handle(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var signature = exchange.getRequestHeaders().getOrDefault("WorkOS-Signature", List.of("")).get(0);
        try (exchange) {
            var event = new Webhook().constructEvent(body, signature, webhookSecret);
            texts.remove(event.path("data").path("user_id").asText());
            exchange.sendResponseHeaders(204, -1);
        } catch (SignatureException forged) {
            exchange.sendResponseHeaders(400, -1);
        }
    }
}
