"""The pytest plugin: an environment of its own for each test, and the last requests in the report of a failed one."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from ._environment import Environment
from ._errors import PipesfakeError
from ._server import Pipesfake

_environment_key = pytest.StashKey[Environment]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, and keys of the same names for the ini file."""
    group = parser.getgroup("pipesfake")
    for name, text in {
        "url": "address of a running pipesfake (default: PIPESFAKE_URL, else one is started)",
        "token": "control token of the running pipesfake (default: PIPESFAKE_CONTROL_TOKEN)",
        "bin": "binary to start (default: PIPESFAKE_BIN, else pipesfake on the PATH)",
        "scenarios": "scenario file of the server that is started",
    }.items():
        group.addoption(f"--pipesfake-{name}", dest=f"pipesfake_{name}", default=None, help=text)
        parser.addini(f"pipesfake_{name}", text, default="")


def _setting(config: pytest.Config, name: str, variable: str | None = None) -> str | None:
    """Return an option, or else the key of the ini file, or else the environment variable."""
    option: str | None = config.getoption(f"pipesfake_{name}")
    return option or config.getini(f"pipesfake_{name}") or (os.environ.get(variable) if variable else None) or None


@pytest.fixture(scope="session")
def pipesfake_server(request: pytest.FixtureRequest) -> Iterator[Pipesfake]:
    """A server for all tests: the one at --pipesfake-url, or one that is started and stopped with the session."""
    config = request.config
    url = _setting(config, "url", "PIPESFAKE_URL")
    if url:
        yield Pipesfake.connect(url, token=_setting(config, "token", "PIPESFAKE_CONTROL_TOKEN"))
        return
    option: str | None = config.getoption("pipesfake_scenarios")
    scenarios = None
    if option:
        scenarios = str(config.invocation_params.dir / option)
    elif ini := config.getini("pipesfake_scenarios"):
        scenarios = str((config.inipath.parent if config.inipath else config.rootpath) / ini)
    with Pipesfake.start(scenarios=scenarios, binary=_setting(config, "bin")) as server:
        yield server


@pytest.fixture
def pipesfake(pipesfake_server: Pipesfake, request: pytest.FixtureRequest) -> Iterator[Environment]:
    """An environment of its own for the test, named after it. It is deleted at the end."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    environment = pipesfake_server.environment("-".join(filter(None, [worker, request.node.nodeid])))
    request.node.stash[_environment_key] = environment
    environment.reset()
    yield environment
    try:
        environment.delete()
    except PipesfakeError as gone:
        request.node.warn(pytest.PytestWarning(f"the environment {environment.name} could not be deleted: {gone}"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the last requests to the report of a failed test."""
    report = yield
    environment = item.stash.get(_environment_key, None)
    if environment is not None and report.when == "call" and report.failed:
        try:
            text = environment.tail()
        except PipesfakeError as failed:
            text = str(failed)
        report.sections.append((f"pipesfake, environment {environment.name}", text))
    return report
