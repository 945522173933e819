package connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.*;

/**
 * A fake of WorkOS Pipes for the tests of a class, in a static field with {@code @RegisterExtension}. The classes share a
 * server: that at PIPESFAKE_URL, or one that the first class starts from PIPESFAKE_BIN or from pipesfake on the PATH.
 * Each class has an environment of its own, reset before each test. A test that fails prints its last requests.
 */
final class Pipesfake implements BeforeAllCallback, BeforeEachCallback, AfterTestExecutionCallback {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Server(String url, String controlUrl, Process process) {}

    private Server server;
    private String environment;

    /** Returns the address that takes the place of https://api.workos.com. */
    String url() {
        return server.url;
    }

    /** Returns the API key that leads to the environment of this class. */
    String apiKey() {
        return "sk_env_" + environment;
    }

    /** Puts a scenario in force at a place, which is empty or has provider, user_id and organization_id. */
    void use(String scenario, Map<String, ?> place) throws Exception {
        var body = new HashMap<String, Object>(place);
        body.put("scenario", scenario);
        call("PUT", "/scenario", JSON.writeValueAsString(body));
    }

    /** Adds a fault, such as operation token, status 503, times 1. */
    void fault(Map<String, ?> fault) throws Exception {
        call("POST", "/faults", JSON.writeValueAsString(fault));
    }

    /** Fails unless the application made the expected calls, such as operation token, count 2. */
    void verify(Map<String, ?> expected) throws Exception {
        call("POST", "/verify", JSON.writeValueAsString(expected));
    }

    /** Calls the control plane with a body in JSON or YAML, or an empty one; fails if the server refuses it. */
    JsonNode call(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.controlUrl + "/_control" + path))
            .header("Authorization", "Bearer " + apiKey())
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
        var response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) throw new AssertionError(method + " " + path + ": " + response.body());
        return JSON.readTree(response.body());
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (environment != null) return; // this is a class nested in the first
        var test = context.getRequiredTestClass();
        environment = test.getSimpleName() + "-" + Integer.toHexString(test.getName().hashCode());
        var shared = context.getRoot().getStore(ExtensionContext.Namespace.create(Pipesfake.class));
        server = shared.getOrComputeIfAbsent(Server.class, key -> start(), Server.class);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        call("DELETE", "/scenarios", "");
    }

    @Override
    public void afterTestExecution(ExtensionContext context) throws Exception {
        if (context.getExecutionException().isEmpty()) return;
        System.out.println("the last requests of " + context.getDisplayName() + ", the newest first:");
        for (var request : call("GET", "/requests?limit=10", "").get("requests")) {
            System.out.println("  " + List.of(request.get("path"), request.get("status"), request.get("because")));
        }
    }

    private static Server start() {
        var running = System.getenv("PIPESFAKE_URL");
        if (running != null && !running.isEmpty()) return new Server(running, running, null);
        var binary = System.getenv().getOrDefault("PIPESFAKE_BIN", "pipesfake");
        // The server ends with its standard input, which the end of this process closes.
        var command = new ProcessBuilder(binary, "--addr", "127.0.0.1:0", "--log", "json", "--stop-with-stdin");
        try {
            var process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
            var line = process.inputReader().readLine();
            if (line == null) throw new IOException("it ended with " + process.waitFor() + "; its errors say why");
            var announced = JSON.readTree(line);
            return new Server(announced.get("url").textValue(), announced.get("control_url").textValue(), process);
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(binary + " did not start; set PIPESFAKE_BIN or PIPESFAKE_URL", failed);
        }
    }
}
