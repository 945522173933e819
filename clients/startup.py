"""Measures how long a kit takes to start a server, beside the binary alone: medians of alternating runs.

Node itself takes longer than Python to start a process; "Node without the kit" is that, up to the server's first line.

PIPESFAKE_BIN=./pipesfake PYTHONPATH=clients/python/src python3 clients/startup.py [runs]
It needs the kit for Node built (npm run build) and node on the PATH.
"""

import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from pipesfake import Pipesfake

NODE = """
import { Pipesfake } from %s;
const start = performance.now();
const server = await Pipesfake.start();
console.log((performance.now() - start) / 1000);
await server.stop();
"""


NODE_ALONE = """
import { spawn } from 'node:child_process';
const start = performance.now();
const flags = ['serve', '--addr', '127.0.0.1:0', '--log', 'json', '--stop-with-stdin'];
const server = spawn(process.env.PIPESFAKE_BIN, flags);
server.stdout.once('data', () => {
  console.log((performance.now() - start) / 1000);
  server.stdin.end();
});
"""


def alone() -> float:
    """Return the seconds from the start of the binary to its first 200 of /health."""
    start = time.perf_counter()
    command = [os.environ["PIPESFAKE_BIN"], "serve", "--addr", "127.0.0.1:0", "--log", "json", "--stop-with-stdin"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        url = json.loads(server.stdout.readline())["url"]
        with urllib.request.urlopen(url + "/health"):
            took = time.perf_counter() - start
        server.communicate()
    return took


def python() -> float:
    start = time.perf_counter()
    with Pipesfake.start():
        return time.perf_counter() - start


def node() -> float:
    built = (Path(__file__).parent / "node/dist/esm/index.js").resolve().as_uri()
    return printed(NODE % json.dumps(built))


def printed(script: str) -> float:
    command = ["node", "--input-type=module", "-e", script]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
kinds = {"binary alone": alone, "Python": python, "Node without the kit": lambda: printed(NODE_ALONE), "Node": node}
seconds: dict[str, list[float]] = {name: [] for name in kinds}
for _ in range(runs):
    for name, measure in kinds.items():
        seconds[name].append(measure())
limit = statistics.median(seconds["binary alone"])
print(f"load {os.getloadavg()[0]:.1f}, medians of {runs} runs")
for name, values in seconds.items():
    median = statistics.median(values)
    print(f"{name}: {median * 1000:.1f} ms, {median / limit:.2f} times the binary alone")
