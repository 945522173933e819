"""PipesfakeContainer, with the Docker engine of DOCKER_HOST and the image of PIPESFAKE_IMAGE."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from pathlib import Path

import pytest

from pipesfake import NotRunning

IMAGE = os.environ.get("PIPESFAKE_IMAGE")
pytestmark = pytest.mark.skipif(not IMAGE, reason="clients/containers.sh runs these tests")
os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"  # its image would have to be downloaded

if IMAGE:
    from pipesfake.testcontainers import PipesfakeContainer


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text)
    return path


def authorize(url: str, host: str) -> str:
    request = urllib.request.Request(
        f"{url}/data-integrations/github/authorize",
        json.dumps({"user_id": "user_1"}).encode(),
        {"Authorization": "Bearer sk_test", "Content-Type": "application/json", "Host": host},
    )
    with urllib.request.urlopen(request) as response:
        return str(json.load(response)["url"])


def test_container(tmp_path: Path) -> None:
    scenarios = write(tmp_path, "version: 1\nstart: not_installed\n")
    began = time.monotonic()
    with PipesfakeContainer(IMAGE or "", scenarios=scenarios, token="secret", args=["--journal", "5"]) as container:
        print(f"started in {time.monotonic() - began:.1f} s")
        environment = container.environment("a")
        assert environment.explain("github", "user_1")["state"] == "not_installed"
        for host in (container.url.removeprefix("http://"), "pipesfake:4101"):
            address = authorize(container.url, host)
            assert address.startswith(container.url + "/")
            with urllib.request.urlopen(address) as page:
                assert page.status == 200


def test_mistakes(tmp_path: Path) -> None:
    with pytest.raises(NotRunning, match=r'scenarios.yaml:2:1: unknown key "strat"'):
        PipesfakeContainer(IMAGE or "", scenarios=write(tmp_path, "version: 1\nstrat: expired\n")).start()
    with pytest.raises(NotRunning, match=r"the scenario file .*nowhere.yaml does not exist"):
        PipesfakeContainer(IMAGE or "", scenarios="nowhere.yaml")
    with pytest.raises(NotRunning, match="there is no image pipesfake-nowhere"):
        PipesfakeContainer("pipesfake-nowhere").start()


def test_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")
    with pytest.raises(NotRunning, match="no Docker engine answers"):
        PipesfakeContainer(IMAGE or "")
