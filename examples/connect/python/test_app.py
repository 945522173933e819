import threading
from wsgiref.simple_server import make_server

import pytest

from app import App


@pytest.fixture
def app(pipesfake):
    """The application, with a fake in place of WorkOS and GitHub."""
    app = App(pipesfake.url, pipesfake.api_key, f"{pipesfake.url}/_provider/github", "whsec_test")
    with make_server("127.0.0.1", 0, app.webhooks) as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        scenarios = {
            "version": 1,
            "webhooks": [{"url": f"http://127.0.0.1:{receiver.server_port}", "secret": "whsec_test"}],
            "providers": {"github": {"api": [{"path": "/user", "body": {"login": "octocat"}}]}},
        }
        pipesfake.call("PUT", "/scenarios", body=scenarios)
        yield app
        receiver.shutdown()


@pytest.mark.parametrize(
    ("scenario", "want"),
    [
        ("active", "Connected as octocat"),
        ("not_installed", "Connect GitHub"),
        ("needs_reauthorization", "Reconnect GitHub"),
        ("missing_scopes", "Grant more access"),
        ("expired", "Reconnect GitHub"),
    ],
)
def test_button(pipesfake, app, scenario, want):
    pipesfake.use(scenario, user_id="user_alice")
    assert app.button("user_alice") == want


def test_button_after_a_503(pipesfake, app):
    pipesfake.fault(operation="token", status=503, retry_after=0, times=1)
    assert app.button("user_alice") == "Connected as octocat"
    pipesfake.verify(operation="token", count=2)


def test_button_after_a_webhook(pipesfake, app):
    assert app.button("user_alice") == "Connected as octocat"
    pipesfake.use("needs_reauthorization", user_id="user_alice")
    pipesfake.wait_for(webhook="pipes.connected_account.reauthorization_needed")
    assert app.button("user_alice") == "Reconnect GitHub"
