package connect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectButtonTest {
    @RegisterExtension
    static final Pipesfake PIPES = new Pipesfake();
    private HttpServer receiver;
    private ConnectButton button;

    @BeforeEach
    void start() throws Exception {
        button = new ConnectButton(PIPES.url(), PIPES.apiKey(), PIPES.url() + "/_provider/github", "whsec_test");
        receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        receiver.createContext("/", button);
        receiver.start();
        PIPES.call("PUT", "/scenarios", """
            version: 1
            webhooks: [{url: 'http://127.0.0.1:%d', secret: whsec_test}]
            providers: {github: {api: [{path: /user, body: {login: octocat}}]}}
            """.formatted(receiver.getAddress().getPort()));
    }

    @AfterEach
    void stop() { receiver.stop(0); }

    @ParameterizedTest
    @CsvSource({"active, Connected as octocat", "not_installed, Connect GitHub", "missing_scopes, Grant more access",
        "needs_reauthorization, Reconnect GitHub", "expired, Reconnect GitHub"})
    void text(String scenario, String want) throws Exception {
        PIPES.use(scenario, Map.of("user_id", "user_alice"));
        assertEquals(want, button.text("user_alice"));
    }

    @Test
    void textAfterA503() throws Exception {
        PIPES.fault(Map.of("operation", "token", "status", 503, "retry_after", 0, "times", 1));
        assertEquals("Connected as octocat", button.text("user_alice"));
        PIPES.verify(Map.of("operation", "token", "count", 2));
    }

    @Test
    void textAfterAWebhook() throws Exception {
        assertEquals("Connected as octocat", button.text("user_alice"));
        PIPES.use("needs_reauthorization", Map.of("user_id", "user_alice"));
        PIPES.call("GET", "/wait?webhook=pipes.connected_account.reauthorization_needed", "");
        assertEquals("Reconnect GitHub", button.text("user_alice"));
    }
}
