"""The async twin."""

from __future__ import annotations

import inspect

import anyio

from pipesfake import Environment
from pipesfake.aio import AsyncEnvironment, AsyncPipesfake


def test_async() -> None:
    async def scenario() -> None:
        async with await AsyncPipesfake.start() as server:
            pipes = server.environment("a")
            await pipes.use("not_installed", user_id="user_1")
            assert (await pipes.explain("github", "user_1"))["state"] == "not_installed"
            async with await pipes.fault(status=503):
                assert len(pipes.sync.faults()) == 1
            assert pipes.sync.faults() == []
            again = await AsyncPipesfake.connect(server.url)
            await again.environment("a").delete()

    anyio.run(scenario)


def test_every_method_has_a_twin() -> None:
    own = {name for name, _ in inspect.getmembers(Environment, inspect.isfunction) if not name.startswith("_")}
    assert own - {"faults"} <= set(vars(AsyncEnvironment))
