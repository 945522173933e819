"""What PipesfakeContainer says when the engine refuses to create a container. No engine is needed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import APIError, ImageNotFound
from testcontainers.core import container as kit

from pipesfake import NotRunning
from pipesfake.testcontainers import PipesfakeContainer


def engine(failure: Exception, has_image: bool) -> type:
    """Return a client of an engine that creates no container."""

    def get(image: str) -> object:
        if not has_image:
            raise ImageNotFound("No such image")
        return object()

    class Client:
        client = SimpleNamespace(images=SimpleNamespace(get=get))

        def host(self) -> str:
            return "localhost"

        def create(self, *_: Any, **__: Any) -> None:
            raise failure

    return Client


@pytest.mark.parametrize(
    ("failure", "has_image", "says"),
    [
        (ImageNotFound("No such image"), False, "there is no image pipesfake: build it, or name another one"),
        (APIError("dial tcp: no such host"), False, r"there is no image pipesfake: .*dial tcp"),
        (
            APIError("invalid mount config"),
            True,
            "could not be started: invalid mount config",
        ),
    ],
)
def test_failures(monkeypatch: pytest.MonkeyPatch, failure: Exception, has_image: bool, says: str) -> None:
    monkeypatch.setattr(kit, "DockerClient", engine(failure, has_image))
    monkeypatch.setattr(kit, "c", SimpleNamespace(hub_image_name_prefix="", ryuk_disabled=True))
    with pytest.raises(NotRunning, match=says):
        PipesfakeContainer("pipesfake").start()
