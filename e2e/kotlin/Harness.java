package e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.workos.WorkOS;
import com.workos.common.exceptions.WorkOSException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What every program of this folder needs: the official client pointed at the fake, the control plane, and named cases
 * whose verdicts the Go test reads. In Java, since that needs no other compiler; Kotlin programs call the same methods.
 */
final class Harness {
    static final String ALICE = "user_alice";

    // The fake's URLs come from sdk_test.go; the strict one knows the provider github alone.
    private static final String LENIENT = System.getenv("PIPESFAKE_URL");
    private static final String STRICT = System.getenv("PIPESFAKE_STRICT_URL");
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static boolean failed;

    interface Case {
        void run() throws Exception;
    }

    /** What an application makes; of its configuration only the base URL differs from production. */
    static WorkOS client(String key) {
        return new WorkOS(key, "client_fake", LENIENT);
    }

    static WorkOS client() {
        return client("sk_fake_kotlin");
    }

    static WorkOS strictClient() {
        return new WorkOS("sk_fake_kotlin", "client_fake", STRICT);
    }

    /** Calls the control plane, with a body in JSON or none. */
    static JsonNode control(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(LENIENT + "/_control/" + path))
            .header("Authorization", "Bearer sk_fake_kotlin")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
        var response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        check(response.statusCode() < 300, method + " /_control/" + path + ": " + response.body());
        return JSON.readTree(response.body());
    }

    /** The switch: of all connections to a scenario by name, or as an object in JSON. */
    static void use(String scenario) throws Exception {
        useAt(scenario, Map.of());
    }

    /** The switch of a place: provider, user_id, organization_id. */
    static void useAt(String scenario, Map<String, String> place) throws Exception {
        var body = JSON.createObjectNode();
        place.forEach(body::put);
        body.set("scenario", scenario.startsWith("{") ? JSON.readTree(scenario) : JSON.valueToTree(scenario));
        control("PUT", "scenario", body.toString());
    }

    /** How many requests of an operation the fake has received since the reset. */
    static int calls(String operation) throws Exception {
        return control("GET", "requests?operation=" + operation, "").get("requests").size();
    }

    static void check(boolean good, String message) {
        if (!good) throw new AssertionError(message);
    }

    static void equal(Object got, Object want) {
        check(Objects.equals(got, want), "got " + got + ", want " + want);
    }

    /** What a call throws. */
    static Exception thrown(Case call) {
        try {
            call.run();
        } catch (Exception error) {
            return error;
        }
        throw new AssertionError("the call succeeded; an exception was expected");
    }

    /** Checks the exception of a call: its class, status and code, unless the code is null. */
    static void fails(Case call, String kind, int status, String code) {
        var error = thrown(call);
        equal(error.getClass().getSimpleName(), kind);
        var answer = (WorkOSException) error;
        equal(answer.status, status);
        check(code == null || code.equals(answer.code), "code " + answer.code + ", want " + code);
        check(answer.requestId != null && answer.requestId.startsWith("req_"), "request id " + answer.requestId);
    }

    static void missing(Case call) {
        fails(call, "NotFoundException", 404, "entity_not_found");
    }

    static void badRequest(Case call) {
        fails(call, "BadRequestException", 400, "invalid_request");
    }

    static void unprocessable(Case call, String code) {
        fails(call, "UnprocessableEntityException", 422, code);
    }

    /** 403 and 409 have no class of their own. */
    static void refused(Case call, int status, String code) {
        fails(call, "WorkOSGenericException", status, code);
    }

    /** The cases of an operation, in order. */
    static final class Operation {
        private final String name;
        private final Map<String, Case> cases = new LinkedHashMap<>();

        Operation(String name) {
            this.name = name;
        }

        Operation with(String name, Case test) {
            cases.put(name, test);
            return this;
        }

        /** Adds what any call may throw. */
        Operation everyError(Consumer<WorkOS> call) {
            return with("error_401_wrong_key", () ->
                fails(() -> call.accept(client("pk_fake_kotlin")), "UnauthorizedException", 401, "unauthorized")
            ).with("error_403_live_key", () -> refused(() -> call.accept(client("sk_live_fake")), 403, "live_key"));
        }

        /** Does the cases, each from a fresh environment. */
        void run() {
            cases.forEach((title, test) -> {
                var verdict = "pass";
                try {
                    control("POST", "reset", "");
                    test.run();
                    System.out.println("ok " + title);
                } catch (Exception | AssertionError error) {
                    verdict = "fail";
                    failed = true;
                    System.out.println("not ok " + title);
                    error.printStackTrace(System.out);
                }
                System.out.println("RESULT kotlin " + name + " " + title + " " + verdict);
            });
        }
    }

    /** Ends the program: the SDK's connections would keep it alive for a while. */
    static void exit() {
        System.exit(failed ? 1 : 0);
    }
}
