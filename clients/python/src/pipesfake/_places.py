"""Which connections a call is about."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, Final, TypeAlias


class Any_(enum.Enum):
    """The type of ANY."""

    ANY = "any"

    def __repr__(self) -> str:
        return "ANY"


ANY: Final = Any_.ANY
"""The default of ``organization_id``: connections in any organization and in none. ``None`` means in none."""

OrganizationID: TypeAlias = "str | Any_ | None"


def given(values: Mapping[str, Any], organization_id: OrganizationID = ANY, drop_none: bool = True) -> dict[str, Any]:
    """Return the values that are given, with the organization unless it is any."""
    body = {name: value for name, value in values.items() if value is not None or not drop_none}
    if organization_id is not ANY:
        body["organization_id"] = organization_id
    return body
