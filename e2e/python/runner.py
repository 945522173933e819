"""Makes the calls that sdk_cases_test.go asks for, a line of JSON each, with the official Python SDK."""

import functools
import inspect
import json
import sys
import typing
from datetime import datetime

from workos import WorkOSClient

# What each type of exception is for. All others are "other".
CLASSES = {
    "BadRequestError": "bad_request",
    "AuthenticationError": "unauthorized",
    "AuthorizationError": "forbidden",
    "NotFoundError": "not_found",
    "ConflictError": "conflict",
    "UnprocessableEntityError": "unprocessable",
    "RateLimitExceededError": "rate_limited",
    "ServerError": "server",
    "WorkOSConnectionError": "connection",
    "WorkOSTimeoutError": "timeout",
    "ValueError": "signature",
}


def converted(value, hint):
    """An argument as the SDK types it: a model, a date, or what JSON has."""
    for kind in (hint, *typing.get_args(hint)):
        if isinstance(value, dict) and hasattr(kind, "from_dict"):
            return kind.from_dict(value)
        if isinstance(value, str) and kind is datetime:
            return datetime.fromisoformat(value)
    return value


def verified(client, arguments):
    """A webhook, whose parts have the SDK's names."""
    body, signature, secret = (arguments[name] for name in ("body", "signature", "secret"))
    event = client.webhooks.verify_event(event_body=body.encode(), event_signature=signature, secret=secret)
    return {"type": type(event).__name__, **event.to_dict()}


@functools.cache
def client_of(key, url, max_retries, timeout_ms):
    """A client, which takes a while to make."""
    options = {} if max_retries is None else {"max_retries": max_retries}
    if timeout_ms:
        options["request_timeout"] = timeout_ms / 1000
    return WorkOSClient(api_key=key, client_id="client_fake", base_url=url, **options)


def answer(question):
    client = client_of(*(question[name] for name in ("api_key", "url", "max_retries", "timeout_ms")))
    name, arguments = question["call"], question["arguments"] or {}
    try:
        if name == "webhooks.verify":
            return {"result": verified(client, arguments)}
        service, method = name.split(".")
        method = getattr(getattr(client, service, None), method, None)
        if method is None:
            return {"unsupported": f"operation {name}"}
        known = inspect.signature(method).parameters
        for argument in arguments:
            if argument not in known:
                return {"unsupported": f"argument {name} {argument}"}
        for parameter in known.values():
            if parameter.default is parameter.empty and parameter.name not in arguments:
                return {"unsupported": f"optional argument {name} {parameter.name}"}
        hints = typing.get_type_hints(method)
        result = method(**{argument: converted(value, hints[argument]) for argument, value in arguments.items()})
        return {"result": {"data": plain(list(result.auto_paging_iter()))} if question["every_page"] else plain(result)}
    except Exception as error:
        return {"error": described(error)}


def plain(value):
    """A result in JSON, by the names of the API."""
    if hasattr(value, "auto_paging_iter"):
        metadata = value.list_metadata
        metadata = {"before": metadata.before, "after": metadata.after}
        return {"object": "list", "data": plain(value.data), "list_metadata": metadata}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.to_dict() if hasattr(value, "to_dict") else value


def described(error):
    names = {"status": "status_code", "code": "code", "request_id": "request_id", "errors": "errors"}
    fields = {name: getattr(error, attribute, None) for name, attribute in names.items()}
    fields["retry_after"] = getattr(error, "retry_after", None)
    fields["message"] = getattr(error, "message", str(error))
    return {"class": CLASSES.get(type(error).__name__, "other"), **fields}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
