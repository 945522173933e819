"""What only this SDK has: a client for asyncio, and the names of all events as an enumeration."""

import asyncio

from harness import async_client, client, run_all
from workos.common.models import CreateWebhookEndpointEvents

workos = client()


def async_token():
    async def ask():
        async with async_client() as workos_async:
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


run_all(token=[async_token], webhook_endpoints=[every_name_subscribed], list_events=[every_name_listed])
