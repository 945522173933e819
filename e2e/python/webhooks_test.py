"""Webhooks, received and verified as an application does with the official Python SDK."""

import http.server
import queue
import threading
from contextlib import contextmanager

from harness import client, control, run_all, thrown, use
from workos.common.models import CreateWebhookEndpointEvents

workos = client()
NAMES = [f"pipes.connected_account.{name}" for name in ("connected", "disconnected", "reauthorization_needed")]


@contextmanager
def receiver(names=NAMES):
    """A server, and an endpoint at it: what comes is in the queue, raw."""
    came = queue.Queue()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.put((body, self.headers["WorkOS-Signature"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = workos.webhooks.create_webhook_endpoint(endpoint_url=f"http://127.0.0.1:{server.server_port}/", events=names)
    try:
        yield endpoint.secret, lambda: came.get(timeout=20)
    finally:
        server.shutdown()
        server.server_close()


def verified_by(user):
    with receiver() as (secret, following):
        workos.pipes.get_access_token("github", user_id=user)
        use("needs_reauthorization")
        body, signature = following()
        event = workos.webhooks.verify_event(event_body=body, event_signature=signature, secret=secret)
        assert event.event == "pipes.connected_account.reauthorization_needed", event
        assert event.data.user_id == user, event


def verified():
    verified_by("user_alice")


def verified_with_markup_and_unicode():
    verified_by('<b>&"grüße" \u2028 日本')


def verified_of_a_standard_connection():
    with receiver(["pipes.account_connection.connected"]) as (secret, following):
        use("not_installed")
        made = [
            workos.pipes.create_user_connected_account(
                user_id="user_alice", slug="github", access_token=token, connection_intent="add", account_display_name="Work"
            )
            for token in ("one", "two")
        ]
        assert [account.warnings and account.warnings[0].code for account in made] == [
            None,
            "duplicate_account_display_name",
        ], made
        body, signature = following()
        event = workos.webhooks.verify_event(event_body=body, event_signature=signature, secret=secret)
        assert type(event).__name__ == "PipesAccountConnectionConnected", event
        assert event.data.id == made[1].id and event.data.connection_role == "standard", event
        assert event.data.account_display_name == "Work" and event.data.auth_method == "oauth", event
        assert event.data.established_by_user_id is None and event.data.state_reason is None, event


def refused_with_another_secret():
    with receiver() as (_, following):
        workos.pipes.get_access_token("github", user_id="user_alice")
        use("not_installed")
        body, signature = following()
        thrown(lambda: workos.webhooks.verify_event(event_body=body, event_signature=signature, secret="whsec_other"))


def refused_when_made_bad():
    with receiver() as (secret, following):
        control("POST", "faults", {"bad_signature": True, "operation": "webhook", "times": 1})
        workos.pipes.get_access_token("github", user_id="user_alice")
        use("not_installed")
        body, signature = following()
        thrown(lambda: workos.webhooks.verify_event(event_body=body, event_signature=signature, secret=secret))


def every_name_subscribed():
    """fake/internal/pipes/event_names.txt has every name of the SDK."""
    names = [name.value for name in CreateWebhookEndpointEvents]
    endpoint = workos.webhooks.create_webhook_endpoint(endpoint_url="http://127.0.0.1:9/", events=names)
    assert len(endpoint.events) == len(names) > 100, endpoint


def every_name_listed():
    names = [name.value for name in CreateWebhookEndpointEvents]
    assert not workos.events.list_events(events=names).data


run_all(
    webhook=[
        verified,
        verified_with_markup_and_unicode,
        verified_of_a_standard_connection,
        refused_with_another_secret,
        refused_when_made_bad,
    ],
    create_webhook_endpoint=[every_name_subscribed],
    list_events=[every_name_listed],
)
