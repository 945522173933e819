"""The same for asyncio and trio, on top of anyio (``pip install pipesfake[async]``; httpx brings it, too).

async with await AsyncPipesfake.start() as server:
    pipes = server.environment("worker-1")
    await pipes.use("needs_reauthorization", user_id="user_1")
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

try:
    from anyio import to_thread
except ImportError as missing:
    raise ImportError("AsyncPipesfake needs anyio: pip install 'pipesfake[async]'") from missing

from ._environment import Environment, Fault
from ._server import Pipesfake

if TYPE_CHECKING:
    from typing_extensions import Self

P = ParamSpec("P")
R = TypeVar("R")


def _awaitable(
    method: Callable[Concatenate[Environment, P], R],
) -> Callable[Concatenate[AsyncEnvironment, P], Awaitable[R]]:
    """Return a method of AsyncEnvironment that runs one of Environment in a thread."""

    @functools.wraps(method)
    async def run(self: AsyncEnvironment, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await to_thread.run_sync(functools.partial(method, self.sync, *args, **kwargs))

    return run


class AsyncFault:
    """A fault that is active until its ``times`` are used up, or until it is removed."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self.id = fault.id
        self.body = fault.body

    async def remove(self) -> None:
        """Remove the fault."""
        await to_thread.run_sync(self._fault.remove)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.remove()


class AsyncEnvironment:
    """An environment whose methods are those of Environment, to be awaited."""

    def __init__(self, environment: Environment) -> None:
        self.sync = environment
        self.url = environment.url
        self.name = environment.name
        self.api_key = environment.api_key

    async def fault(self, **fault: Any) -> AsyncFault:
        """Add a fault. As a context manager it is removed at the end."""
        return AsyncFault(await to_thread.run_sync(functools.partial(self.sync.fault, **fault)))

    call = _awaitable(Environment.call)
    use = _awaitable(Environment.use)
    use_state = _awaitable(Environment.use_state)
    take_back = _awaitable(Environment.take_back)
    explain = _awaitable(Environment.explain)
    scenarios = _awaitable(Environment.scenarios)
    state = _awaitable(Environment.state)
    reset = _awaitable(Environment.reset)
    export = _awaitable(Environment.export)
    remove_faults = _awaitable(Environment.remove_faults)
    now = _awaitable(Environment.now)
    advance = _awaitable(Environment.advance)
    set_time = _awaitable(Environment.set_time)
    freeze = _awaitable(Environment.freeze)
    unfreeze = _awaitable(Environment.unfreeze)
    verify = _awaitable(Environment.verify)
    wait_for = _awaitable(Environment.wait_for)
    requests = _awaitable(Environment.requests)
    request = _awaitable(Environment.request)
    clear_requests = _awaitable(Environment.clear_requests)
    tail = _awaitable(Environment.tail)
    webhooks = _awaitable(Environment.webhooks)
    redeliver = _awaitable(Environment.redeliver)
    snapshot = _awaitable(Environment.snapshot)
    restore = _awaitable(Environment.restore)
    snapshots = _awaitable(Environment.snapshots)
    delete_snapshot = _awaitable(Environment.delete_snapshot)
    coverage = _awaitable(Environment.coverage)
    delete = _awaitable(Environment.delete)


class AsyncPipesfake:
    """A server whose calls are awaited."""

    def __init__(self, server: Pipesfake) -> None:
        self.sync = server
        self.url = server.url

    @classmethod
    async def start(cls, **options: Any) -> Self:
        """Start a server, with the options of Pipesfake.start."""
        return cls(await to_thread.run_sync(functools.partial(Pipesfake.start, **options)))

    @classmethod
    async def connect(cls, url: str, **options: Any) -> Self:
        """Connect to a running server, with the options of Pipesfake.connect."""
        return cls(await to_thread.run_sync(functools.partial(Pipesfake.connect, url, **options)))

    def environment(self, name: str) -> AsyncEnvironment:
        """Return the environment with a name."""
        return AsyncEnvironment(self.sync.environment(name))

    async def stop(self) -> None:
        """Stop the server, if this process started it."""
        await to_thread.run_sync(self.sync.stop)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
