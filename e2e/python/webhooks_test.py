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
def receiver():
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
    endpoint = workos.webhooks.create_webhook_endpoint(endpoint_url=f"http://127.0.0.1:{server.server_port}/", events=NAMES)
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
    webhook=[verified, verified_with_markup_and_unicode, refused_with_another_secret, refused_when_made_bad],
    create_webhook_endpoint=[every_name_subscribed],
    list_events=[every_name_listed],
)
