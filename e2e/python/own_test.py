"""What only this SDK has: a client for asyncio, and the names of all events as an enumeration."""

import asyncio
import os
import sys
import traceback

from workos import AsyncWorkOSClient, WorkOSClient
from workos.common.models import CreateWebhookEndpointEvents

# An application differs in the base URL alone.
of = {"api_key": "sk_fake_python", "client_id": "client_fake", "base_url": os.environ["PIPESFAKE_URL"]}
workos = WorkOSClient(**of)


def async_token():
    async def ask():
        async with AsyncWorkOSClient(**of) as workos_async:
            return await workos_async.pipes.get_access_token("github", user_id="user_alice")

    found, want = asyncio.run(ask()), workos.pipes.get_access_token("github", user_id="user_alice")
    assert found == want, f"got {found!r}, want {want!r}"


def every_name_subscribed():
    """fake/internal/pipes/event_names.txt has every name of the SDK."""
    names = [name.value for name in CreateWebhookEndpointEvents]
    endpoint = workos.webhooks.create_webhook_endpoint(endpoint_url="http://127.0.0.1:9/", events=names)
    assert len(endpoint.events) == len(names) > 100, endpoint


def every_name_listed():
    names = [name.value for name in CreateWebhookEndpointEvents]
    assert not workos.events.list_events(events=names).data


failed = False
for operation, case in (
    ("token", async_token),
    ("webhook_endpoints", every_name_subscribed),
    ("list_events", every_name_listed),
):
    verdict = "pass"
    try:
        case()
    except Exception:
        verdict, failed = "fail", True
        traceback.print_exc()
    print(f"RESULT python {operation} {case.__name__} {verdict}", flush=True)
sys.exit(failed)
