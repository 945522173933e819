package e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.workos.WorkOS;
import com.workos.common.exceptions.RateLimitException;
import com.workos.common.exceptions.WorkOSException;
import com.workos.common.http.Page;
import com.workos.common.http.PatchField;
import com.workos.common.http.RetryConfig;
import com.workos.common.json.ObjectMapperFactory;
import com.workos.webhooks.Webhook;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.charset.StandardCharsets;
import java.security.SignatureException;
import java.util.HashMap;
import java.util.Map;
import kotlin.Unit;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KFunction;
import kotlin.reflect.KParameter;
import kotlin.reflect.full.KClasses;
import kotlin.reflect.jvm.ReflectJvmMapping;
import okhttp3.OkHttpClient;

/**
 * Makes the calls that sdk_cases_test.go asks for, a line of JSON each, with the official SDK for Kotlin and Java. It
 * finds the SDK's methods and their parameters by name, so that what a case leaves out has the SDK's default.
 */
final class Runner {
    private static final ObjectMapper JSON = ObjectMapperFactory.create();
    private static final OkHttpClient HTTP = new OkHttpClient();

    /** What each type of exception is for. All others are "other", and those for several statuses "generic". */
    private static final Map<String, String> CLASSES = Map.of(
        "BadRequestException", "bad_request",
        "UnauthorizedException", "unauthorized",
        "NotFoundException", "not_found",
        "UnprocessableEntityException", "unprocessable",
        "RateLimitException", "rate_limited",
        "GenericServerException", "server",
        "TransportException", "connection",
        "WorkOSGenericException", "generic");

    /** The SDK's names of methods that are not the API's in camel case. */
    private static final Map<String, String> METHODS = Map.of(
        "events.list_events", "list",
        "webhooks.list_webhook_endpoints", "listEndpoints",
        "webhooks.create_webhook_endpoint", "createEndpoint",
        "webhooks.update_webhook_endpoint", "updateEndpoint",
        "webhooks.delete_webhook_endpoint", "deleteEndpoint");

    /** A case asks for what the SDK does not have. */
    private static final class Unsupported extends Exception {
        Unsupported(String what) {
            super(what);
        }
    }

    public static void main(String[] args) throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            out.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
        }
        System.exit(0); // the SDK's connections would keep it alive for a while
    }

    private static Map<String, Object> answer(JsonNode question) {
        var answer = new HashMap<String, Object>();
        try {
            answer.put("result", result(question));
        } catch (Unsupported unsupported) {
            answer.put("unsupported", unsupported.getMessage());
        } catch (Exception error) {
            answer.put("error", described(error));
        }
        return answer;
    }

    private static Object result(JsonNode question) throws Exception {
        var call = question.get("call").textValue();
        var arguments = question.get("arguments");
        if (call.equals("webhooks.verify")) return verified(arguments);
        var builder = WorkOS.builder().apiKey(question.get("api_key").textValue()).clientId("client_fake")
            .apiBaseUrl(question.get("url").textValue()).httpClient(HTTP);
        if (question.path("max_retries").isInt() && question.get("max_retries").intValue() == 0) {
            builder.retryConfig(RetryConfig.DISABLED);
        }
        var parts = call.split("\\.");
        var getter = "get" + Character.toUpperCase(parts[0].charAt(0)) + camel(parts[0]).substring(1);
        var owner = WorkOS.class.getMethod(getter).invoke(builder.build());
        var function = function(owner, METHODS.getOrDefault(call, camel(parts[1])), call);
        var result = function.callBy(parameters(function, owner, arguments, call));
        if (result == Unit.INSTANCE) return null;
        if (result instanceof Page<?> page) {
            var metadata = JSON.valueToTree(page.listMetadata);
            if (!question.get("every_page").booleanValue()) return Map.of("data", page.data, "list_metadata", metadata);
            var all = JSON.createArrayNode();
            page.autoPagingIterable().forEach(item -> all.add(JSON.valueToTree(item)));
            return Map.of("data", all);
        }
        return result;
    }

    private static KFunction<?> function(Object owner, String name, String call) throws Unsupported {
        for (var function : KClasses.getDeclaredMemberFunctions(JvmClassMappingKt.getKotlinClass(owner.getClass()))) {
            if (function.getName().equals(name)) return function;
        }
        throw new Unsupported("operation " + call);
    }

    /** The values of parameters, as the SDK types them. */
    private static Map<KParameter, Object> parameters(
        KFunction<?> function, Object owner, JsonNode arguments, String call) throws Exception {
        var values = new HashMap<KParameter, Object>();
        var known = new HashMap<String, KParameter>();
        for (var parameter : function.getParameters()) {
            if (parameter.getKind() == KParameter.Kind.INSTANCE) values.put(parameter, owner);
            else known.put(parameter.getName(), parameter);
        }
        for (var argument : arguments.properties()) {
            var parameter = known.get(camel(argument.getKey()));
            if (parameter == null) throw new Unsupported("argument " + call + " " + argument.getKey());
            var value = converted(argument.getValue(), ReflectJvmMapping.getJavaType(parameter.getType()));
            if (String.valueOf(value).contains("Unknown")) { // an enumeration has no such name
                throw new Unsupported("value " + call + " " + argument.getKey());
            }
            values.put(parameter, value);
        }
        for (var parameter : function.getParameters()) {
            if (!parameter.isOptional() && !values.containsKey(parameter)) {
                throw new Unsupported("optional argument " + call + " " + snake(parameter.getName()));
            }
        }
        return values;
    }

    /** What a field of an update is wrapped in tells null from a field that is left as it is. */
    private static Object converted(JsonNode value, Type type) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == PatchField.class) {
            if (value.isNull()) return PatchField.ofNull();
            var within = generic.getActualTypeArguments()[0];
            return PatchField.of(converted(value, within instanceof WildcardType w ? w.getUpperBounds()[0] : within));
        }
        return JSON.convertValue(value, JSON.constructType(type));
    }

    /** A webhook: verified with and without the SDK's type for its event. */
    private static Object verified(JsonNode arguments) throws SignatureException {
        var body = arguments.get("body").textValue();
        var signature = arguments.get("signature").textValue();
        var secret = arguments.get("secret").textValue();
        var event = (ObjectNode) new Webhook().constructEvent(body, signature, secret);
        var typed = new Webhook().constructTypedEvent(body, signature, secret);
        ObjectNode result = JSON.valueToTree(typed);
        if (!event.get("id").equals(result.get("id"))) {
            throw new IllegalStateException("the typed event differs: " + result);
        }
        return result.put("type", typed.getClass().getSimpleName());
    }

    private static Map<String, Object> described(Throwable error) {
        if (error instanceof java.lang.reflect.InvocationTargetException) return described(error.getCause());
        var fields = new HashMap<String, Object>();
        var name = error.getClass().getSimpleName();
        fields.put("class", error instanceof SignatureException ? "signature" : CLASSES.getOrDefault(name, "other"));
        fields.put("type", name);
        fields.put("message", error.getMessage());
        if (error instanceof RateLimitException limited) fields.put("retry_after", limited.retryAfterSeconds);
        if (error instanceof WorkOSException refused) {
            fields.put("status", refused.status);
            fields.put("code", refused.code);
            fields.put("request_id", refused.requestId);
            fields.put("errors", refused.errors);
        }
        return fields;
    }

    private static String camel(String name) {
        var words = new StringBuilder();
        for (var word : name.split("_")) {
            words.append(words.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return words.toString();
    }

    private static String snake(String name) {
        return name.replaceAll("([A-Z]|[0-9]+)", "_$1").toLowerCase();
    }
}
