"""Starts and steers pipesfake, a fake of the WorkOS Pipes API, from Python tests.

    server = Pipesfake.start(scenarios="scenarios.yaml")   # or Pipesfake.connect("http://pipesfake:4101")
    pipes = server.environment("worker-1")                 # pipes.url and pipes.api_key are for the application
    pipes.use("needs_reauthorization", provider="github", user_id="user_1")
    pipes.verify(operation="token", user_id="user_1", count=1)
    server.stop()

With pytest, the fixture ``pipesfake`` is an environment of its own for each test.
"""

from ._environment import Environment, Fault
from ._errors import NotRunning, PipesfakeError, VerificationFailed
from ._places import ANY
from ._server import Pipesfake

__all__ = ["ANY", "Environment", "Fault", "NotRunning", "Pipesfake", "PipesfakeError", "VerificationFailed"]
