"""The pytest plugin, in test runs of its own."""

from __future__ import annotations

import pytest

TESTS = """
import json, urllib.request
import pytest

def ask(pipes, user):
    request = urllib.request.Request(pipes.url + "/data-integrations/github/token",
        json.dumps({"user_id": user}).encode(), {"Authorization": "Bearer " + pipes.api_key})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)

@pytest.mark.parametrize("number", range(200))
def test_apart(pipesfake, number):
    state = ["active", "needs_reauthorization", "not_installed"][number % 3]
    pipesfake.use(state, user_id="user_1")
    answer = ask(pipesfake, "user_1")
    assert (answer.get("error") or "active") == state
    pipesfake.verify(operation="token", count=1)
"""


def test_two_hundred_tests_on_one_server(pytester: pytest.Pytester, server_url: str) -> None:
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("-n", "4", "--pipesfake-url", server_url)
    result.assert_outcomes(passed=200)


def test_a_failed_test_shows_the_requests(pytester: pytest.Pytester, server_url: str) -> None:
    pytester.makepyfile(TESTS + "\ndef test_fails(pipesfake):\n    ask(pipesfake, 'user_9')\n    assert False\n")
    result = pytester.runpytest_subprocess("-k", "fails", "--pipesfake-url", server_url)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*pipesfake, environment *test_fails*", "*200 token github user_9 (active*"])


def test_the_server_is_killed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "def test_killed(pipesfake, pipesfake_server):\n"
        "    pipesfake_server._process._process.kill()\n"
        "    pipesfake_server._process._process.wait()\n"
        "    pipesfake.use('expired')\n"
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=1, warnings=1)
    result.stdout.fnmatch_lines(["*NotRunning: pipesfake does not answer at http://127.0.0.1:*"])


def test_settings_of_the_ini_file(pytester: pytest.Pytester) -> None:
    pytester.makefile(".yaml", scenarios="version: 1\nstart: not_installed\n")
    pytester.makeini("[pytest]\npipesfake_scenarios = scenarios.yaml\n")
    pytester.makepyfile(
        "def test_it(pipesfake):\n    assert pipesfake.explain('github', 'u')['state'] == 'not_installed'\n"
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
