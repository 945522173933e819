"""A server, which this process starts or connects to."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
import time
import warnings
from collections import deque
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any

from ._environment import Environment
from ._errors import NotRunning, PipesfakeError
from ._transport import Transport

if TYPE_CHECKING:
    from typing_extensions import Self

VERSION = "0.0.0"
"""The version of this package, which is that of the server it was made for."""

_INSTALL = (
    "name the binary with the option binary or the variable PIPESFAKE_BIN, put pipesfake on the PATH, or connect to a "
    "running server with PIPESFAKE_URL"
)


class Pipesfake:
    """A server. ``url`` is where the application finds the Pipes API."""

    def __init__(self, url: str, control_url: str, token: str | None, process: _Process | None = None) -> None:
        self.url = url
        self._transport = Transport(control_url, token)
        self._process = process

    @classmethod
    def start(
        cls,
        *,
        scenarios: str | os.PathLike[str] | None = None,
        binary: str | os.PathLike[str] | None = None,
        args: Sequence[str] = (),
        timeout: float = 10.0,
    ) -> Self:
        """Start a server on a free port, and wait until it answers.

        The binary is the option, the variable PIPESFAKE_BIN, or pipesfake on the PATH. The server ends with this
        process, even if this process is killed. Use the result as a context manager, or call ``stop``.
        """
        command = [find_binary(binary), "serve", "--addr", "127.0.0.1:0", "--log", "json", "--stop-with-stdin"]
        if scenarios is not None:
            command += ["--scenarios", os.fspath(scenarios)]
        process = _Process([*command, *args], timeout)
        server = cls(process.announced["url"], process.announced["control_url"], None, process)
        server._warn_of_another_version()
        return server

    @classmethod
    def connect(
        cls, url: str, *, token: str | None = None, control_url: str | None = None, timeout: float = 10.0
    ) -> Self:
        """Connect to a running server, and wait until it answers.

        ``token`` is that of ``--control-token``; ``control_url`` is the address of ``--control-addr``.
        """
        server = cls(url.rstrip("/"), (control_url or url).rstrip("/"), token)
        deadline = time.monotonic() + timeout
        while True:
            try:
                server._transport.call("GET", "/health")
                break
            except PipesfakeError as failed:
                if time.monotonic() > deadline:
                    raise NotRunning(f"{failed}, for {timeout:g} s") from failed
                time.sleep(0.05)
        server._warn_of_another_version()
        return server

    def environment(self, name: str) -> Environment:
        """Return the environment with a name. Names of other characters than A-Z, a-z, 0-9, . _ - are adapted."""
        return Environment(self._transport, self.url, environment_name(name))

    def environments(self) -> list[dict[str, Any]]:
        """Return the environments of the server."""
        found: list[dict[str, Any]] = []
        query: dict[str, Any] = {}
        while True:
            page = self._transport.call("GET", "/_control/environments", query)
            found += page["environments"]
            if page["next"] is None:
                return found
            query = {"next": page["next"]}

    def coverage(self) -> dict[str, Any]:
        """Return which responses were given, by all environments."""
        covered: dict[str, Any] = self._transport.call("GET", "/_control/coverage", {"all": True})
        return covered

    def stop(self) -> None:
        """Stop the server, if this process started it."""
        if self._process is not None:
            self._process.stop()

    def _warn_of_another_version(self) -> None:
        server = str(self._transport.call("GET", "/health").get("version", ""))
        if is_another_version(VERSION, server):
            warnings.warn(f"the package pipesfake {VERSION} talks to a server {server}", stacklevel=3)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"Pipesfake({self.url})"


class _Process:
    """A server process. It ends when its standard input is closed, as happens when this process ends."""

    def __init__(self, command: Sequence[str], timeout: float) -> None:
        self._errors: deque[str] = deque(maxlen=50)
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        except OSError as failed:
            raise NotRunning(f"{command[0]} could not be started: {failed}; {_INSTALL}") from failed
        assert self._process.stdout is not None and self._process.stderr is not None
        self._reader = self._read_in_background(self._process.stderr)
        watch = threading.Timer(timeout, self._process.kill)
        watch.start()
        line = self._process.stdout.readline()
        watch.cancel()
        if not line:
            self._process.wait()
            self._reader.join()
            raise NotRunning("pipesfake did not start: " + ("\n".join(self._errors) or f"no answer for {timeout:g} s"))
        self.announced: dict[str, str] = json.loads(line)
        self._read_in_background(self._process.stdout)

    def _read_in_background(self, stream: IO[str]) -> threading.Thread:
        """Read a stream to its end, so that the server never waits for a full pipe."""
        reader = threading.Thread(target=lambda: self._errors.extend(line.rstrip() for line in stream), daemon=True)
        reader.start()
        return reader

    def stop(self) -> None:
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=6)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def find_binary(option: str | os.PathLike[str] | None) -> str:
    """Return the path of the binary, or raise an error that says what to set."""
    named = os.fspath(option) if option is not None else os.environ.get("PIPESFAKE_BIN", "")
    found = shutil.which(named or "pipesfake")
    if found is None:
        missing = f"{named} is no program" if named else "there is no pipesfake on the PATH"
        raise NotRunning(f"{missing}: {_INSTALL}")
    return found


def environment_name(text: str) -> str:
    """Return an environment name for a text, such as the id of a test. Different texts get different names."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-._") or "test"
    if name == text and len(name) <= 64:
        return name
    digest = 0
    for character in text:
        digest = (digest * 31 + ord(character)) % 2**32
    end = name[-55:].lstrip("-._")  # which tells more than the beginning
    return f"{end}-{digest:08x}"


def is_another_version(own: str, server: str) -> bool:
    """Report whether both are released versions, and differ in more than the patch."""
    released = re.compile(r"v?(\d+)\.(\d+)\.\d+$")
    mine, other = released.match(own), released.match(server)
    return own != "0.0.0" and mine is not None and other is not None and mine.groups() != other.groups()
