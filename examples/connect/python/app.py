"""A small application with a button beside each user, which says whether GitHub is connected.

It knows nothing of the fake.
"""

import json
import threading
import urllib.error
import urllib.request

from workos import WorkOSClient


class App:
    def __init__(self, workos_url, api_key, github_url, webhook_secret):
        self._workos = WorkOSClient(api_key=api_key, client_id="client_test", base_url=workos_url, max_retries=1)
        self._github_url = github_url
        self._webhook_secret = webhook_secret
        self._lock = threading.Lock()
        self._buttons = {}  # what the buttons say, by user

    def button(self, user_id):
        """What the user's button says. It says the same until a webhook reports that the connection has changed."""
        with self._lock:
            if user_id not in self._buttons:
                self._buttons[user_id] = self._ask(user_id)
            return self._buttons[user_id]

    def _ask(self, user_id):
        token = self._workos.pipes.get_access_token(provider="github", user_id=user_id)
        if not token.active:
            return "Connect GitHub" if token.error.value == "not_installed" else "Reconnect GitHub"
        if token.access_token.missing_scopes:
            return "Grant more access"
        return self._greet(token.access_token.access_token)

    def _greet(self, token):
        """Use the token. GitHub decides whether it is good, whatever its expires_at says."""
        request = urllib.request.Request(f"{self._github_url}/user", headers={"Authorization": f"Bearer {token}"})
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return f"Connected as {json.load(response)['login']}"
        except urllib.error.HTTPError as refused:
            if refused.code == 401:
                return "Reconnect GitHub"
            raise

    def webhooks(self, environ, start_response):
        """Receive a webhook, as a WSGI application.

        The button of the user whose connection has changed asks again when it is next shown.
        """
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        signature = environ.get("HTTP_WORKOS_SIGNATURE", "")
        try:
            event = self._workos.webhooks.verify_event(
                event_body=body, event_signature=signature, secret=self._webhook_secret
            )
        except ValueError as wrong:
            start_response("400 Bad Request", [])
            return [str(wrong).encode()]
        with self._lock:
            self._buttons.pop(event.data.user_id, None)
        start_response("204 No Content", [])
        return []
