"""A container with pipesfake for testcontainers (``pip install 'pipesfake[testcontainers]'``).

with PipesfakeContainer(scenarios="scenarios.yaml") as container:
    pipes = container.environment("worker-1")   # pipes.url and pipes.api_key are for the application
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

try:
    from docker.errors import APIError, DockerException, ImageNotFound
    from testcontainers.core.container import DockerContainer
except ImportError as missing:
    raise ImportError("PipesfakeContainer needs testcontainers: pip install 'pipesfake[testcontainers]'") from missing

from ._environment import Environment
from ._errors import NotRunning, PipesfakeError
from ._server import VERSION, Pipesfake

if TYPE_CHECKING:
    from typing_extensions import Self

IMAGE = "pipesfake" if VERSION == "0.0.0" else f"pipesfake:v{VERSION}"
"""The image of a container for which none is named."""

_PORT = 4101
_ATTEMPTS = 5  # to find a port of the host that nobody takes in the meantime


class PipesfakeContainer(DockerContainer):
    """A container with a server. ``url`` is where the application and browsers on this machine find it.

    The port of the host is chosen before the start, so that the addresses of consent pages begin with ``url`` also if
    an application in another container calls ``http://pipesfake:4101``.
    """

    def __init__(
        self,
        image: str = IMAGE,
        *,
        scenarios: str | os.PathLike[str] | None = None,
        args: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        token: str | None = None,
        timeout: float = 30.0,
    ) -> None:
        """Prepare a container.

        ``scenarios`` is copied to /scenarios.yaml, ``args`` are further flags of ``pipesfake serve``, ``token`` is the
        control token, ``timeout`` is how long the server may take to start, in seconds.
        """
        try:
            super().__init__(image, env=dict(env or {}))
        except DockerException as failed:
            raise NotRunning(f"no Docker engine answers: {failed}; start Docker, or set DOCKER_HOST") from failed
        self._token, self._timeout, self._server = token, timeout, None
        self.with_command(["serve", *args])
        if token:
            self.with_env("PIPESFAKE_CONTROL_TOKEN", token)
        if scenarios is not None:
            path = Path(scenarios)
            if not path.is_file():
                raise NotRunning(f"the scenario file {path} does not exist (in {Path.cwd()})")
            self.with_copy_into_container(path.read_bytes(), "/scenarios.yaml", 0o644)

    _server: Pipesfake | None
    _container: Any

    def start(self) -> Self:
        """Start the container, and wait until the server answers."""
        for attempt in range(1, _ATTEMPTS + 1):
            port = _free_port()
            self.with_bind_ports(_PORT, port)
            url = f"http://{self.get_docker_client().host()}:{port}"
            self.with_env("PIPESFAKE_EXTERNAL_URL", url)
            try:
                super().start()
                break
            except APIError as failed:
                if self._container is None and self._lacks_image():
                    what = f"there is no image {self.image}: build it, or name another one"
                    raise NotRunning(f"{what} ({failed})") from failed
                self._remove()
                taken = "already allocated" in str(failed) or "already in use" in str(failed)
                if not taken or attempt == _ATTEMPTS:
                    raise NotRunning(f"the container of {self.image} could not be started: {failed}") from failed
        self._server = self._connect(url)
        return self

    def _connect(self, url: str) -> Pipesfake:
        """Connect to the server, or raise an error with its log if it has ended or takes too long."""
        deadline = time.monotonic() + self._timeout
        while True:
            try:
                return Pipesfake.connect(url, token=self._token, timeout=0.2)
            except PipesfakeError as failed:
                self.reload()
                if self.status != "exited" and time.monotonic() < deadline:
                    continue
                log = b"".join(self.get_logs()).decode(errors="replace").strip()
                why = "pipesfake has ended" if self.status == "exited" else str(failed)
                self._remove()
                raise NotRunning(f"{why}: {log}") from failed

    def _lacks_image(self) -> bool:
        """Report whether the engine could neither find nor pull the image. Other errors are about the container."""
        try:
            self.get_docker_client().client.images.get(self.image)
        except ImageNotFound:
            return True
        except APIError:
            pass  # why the start failed says more
        return False

    def _remove(self) -> None:
        if self._container is not None:
            self._container.remove(force=True, v=True)
            self._container = None

    @property
    def url(self) -> str:
        """Where the server is reached from this machine."""
        return self.server().url

    @property
    def api_key(self) -> str:
        """A key for the environment ``default``."""
        return "sk_env_default"

    def server(self) -> Pipesfake:
        """Return the server, for control calls."""
        if self._server is None:
            raise NotRunning("the container is not started: call start, or use it as a context manager")
        return self._server

    def environment(self, name: str) -> Environment:
        """Return the environment with a name."""
        return self.server().environment(name)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("", 0))
        port: int = probe.getsockname()[1]
        return port
