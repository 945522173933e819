"""How a server is started, found and stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pipesfake import NotRunning, Pipesfake, _server
from pipesfake._server import environment_name, is_another_version


def test_start_and_connect(tmp_path: Path) -> None:
    file = tmp_path / "scenarios.yaml"
    file.write_text("version: 1\nstart: not_installed\n")
    with Pipesfake.start(scenarios=file) as started:
        connected = Pipesfake.connect(started.url)
        assert connected.environment("a").explain("github", "u")["state"] == "not_installed"
    with pytest.raises(NotRunning, match=f"does not answer at {started.url}"):
        connected.environment("a").use("active")


def test_a_token_and_a_port_of_the_control_plane() -> None:
    with Pipesfake.start(args=["--control-token", "secret", "--control-addr", "127.0.0.1:0"]) as started:
        control_url = started._transport.control_url
        server = Pipesfake.connect(started.url, token="secret", control_url=control_url)
        server.environment("a").use("expired")


def test_a_file_with_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "scenarios.yaml"
    file.write_text("version: 1\nstrat: expired\n")
    with pytest.raises(NotRunning, match=r"scenarios.yaml:2:1: unknown key \"strat\".*did you mean start"):
        Pipesfake.start(scenarios=file)


def test_no_binary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PIPESFAKE_BIN", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotRunning, match="there is no pipesfake on the PATH: name the binary .* PIPESFAKE_BIN"):
        Pipesfake.start()
    with pytest.raises(NotRunning, match="/nowhere is no program"):
        Pipesfake.start(binary="/nowhere")


def test_nobody_answers() -> None:
    with pytest.raises(NotRunning, match="does not answer at http://127.0.0.1:9"):
        Pipesfake.connect("http://127.0.0.1:9", timeout=0.1)


def test_the_server_ends_with_a_killed_parent() -> None:
    script = "from pipesfake import Pipesfake; s = Pipesfake.start(); print(s.url, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    ) as parent:
        assert parent.stdout is not None
        url = parent.stdout.readline().strip()
        Pipesfake.connect(url)
        parent.kill()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            Pipesfake.connect(url, timeout=0)
        except NotRunning:
            return
    pytest.fail("the server still answers")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("worker-1", "worker-1"),
        ("tests/test_a.py::test_b[x y]", "tests-test_a.py-test_b-x-y-"),
        ("", "test-"),
        ("äö", "test-"),
    ],
)
def test_environment_names(text: str, name: str) -> None:
    assert environment_name(text).startswith(name)
    assert len(environment_name(text * 100)) <= 64


def test_different_names_stay_different() -> None:
    assert len({environment_name("x" * 100 + str(i)) for i in range(1000)}) == 1000
    assert environment_name("a b") != environment_name("a-b")


@pytest.mark.parametrize(
    ("own", "server", "is_another"),
    [
        ("1.2.0", "v1.2.9", False),
        ("1.2.0", "v1.3.0", True),
        ("1.2.0", "v2.2.0", True),
        ("1.2.0", "(devel)", False),
        ("0.0.0", "v1.2.0", False),
    ],
)
def test_versions(own: str, server: str, is_another: bool) -> None:
    assert is_another_version(own, server) == is_another


class OtherRelease(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"version": "v1.3.0"}')

    def log_message(self, *_: object) -> None:
        pass


def test_a_server_of_another_release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_server, "VERSION", "1.2.0")
    with HTTPServer(("127.0.0.1", 0), OtherRelease) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        with pytest.warns(UserWarning, match=r"the package pipesfake 1\.2\.0 talks to a server v1\.3\.0"):
            Pipesfake.connect(f"http://127.0.0.1:{other.server_port}")
        other.shutdown()
