"""The examples of the README."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)


def test_pytest_example(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(BLOCKS[0])
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


def test_plain_example(capfd: pytest.CaptureFixture[str]) -> None:
    exec(BLOCKS[1], {})
    assert "expired since switch 1" in capfd.readouterr().out
