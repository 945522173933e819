"""What every script of this folder needs: the official client pointed at the fake, the control plane,
and named cases whose verdicts the Go test reads."""

import json
import os
import sys
import traceback
import urllib.error
import urllib.request

from workos import AsyncWorkOSClient, WorkOSClient

# The fake's URLs come from sdk_test.go; the strict one knows the provider github alone.
LENIENT = os.environ["PIPESFAKE_URL"]
STRICT = os.environ["PIPESFAKE_STRICT_URL"]


def client(key="sk_fake_python", url=LENIENT, kind=WorkOSClient):
    """What an application makes; of its configuration only the base URL differs from production."""
    return kind(api_key=key, client_id="client_fake", base_url=url)


def strict_client():
    return client(url=STRICT)


def async_client():
    return client(kind=AsyncWorkOSClient)


def control(method, path, body=None, key="sk_fake_python"):
    """Calls the control plane, in the environment of a key."""
    request = urllib.request.Request(
        f"{LENIENT}/_control/{path}",
        method=method,
        headers={"Authorization": f"Bearer {key}"},
        data=None if body is None else json.dumps(body).encode(),
    )
    try:
        with urllib.request.urlopen(request) as response:
            return json.load(response)
    except urllib.error.HTTPError as refused:
        raise AssertionError(f"{method} /_control/{path}: {refused.code} {refused.read().decode()}") from None


def use(scenario, key="sk_fake_python", **place):
    """The switch; place narrows it: provider, user_id, organization_id."""
    return control("PUT", "scenario", {"scenario": scenario, **place}, key)


def take_back():
    return control("DELETE", "scenario")


def reset(key="sk_fake_python"):
    return control("POST", "reset", key=key)


def thrown(call):
    """What a call raises."""
    try:
        call()
    except Exception as error:
        return error
    raise AssertionError("the call succeeded; an exception was expected")


def run(operation, *cases):
    """Does the cases of an operation, each from a fresh environment, and exits 1 if one failed."""
    run_all(**{operation: cases})


def run_all(**operations):
    """The same for several operations."""
    verdicts = [verdict(operation, case) for operation, cases in operations.items() for case in cases]
    sys.exit("fail" in verdicts)


def verdict(operation, case):
    found = "pass"
    try:
        reset()
        case()
        print(f"ok {case.__name__}", flush=True)
    except Exception:
        found = "fail"
        print(f"not ok {case.__name__}\n{traceback.format_exc()}", flush=True)
    print(f"RESULT python {operation} {case.__name__} {found}", flush=True)
    return found
