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
"""The default of ``provider``, ``user_id`` and ``organization_id``: any. ``organization_id=None`` means in none."""

OrganizationID: TypeAlias = "str | Any_ | None"
ID: TypeAlias = "str | Any_"


def given(
    values: Mapping[str, Any], provider: ID = ANY, user_id: ID = ANY, organization_id: OrganizationID = ANY
) -> dict[str, Any]:
    """Return the values that are not None, and the parts of a place that are not any.

    A provider or a user that is None is a mistake: it would mean all of them, while a fixture forgot to return an id.
    """
    body = {name: value for name, value in values.items() if value is not None}
    for name, part in {"provider": provider, "user_id": user_id, "organization_id": organization_id}.items():
        if part is None and name != "organization_id":
            raise ValueError(f"{name} is None: leave it out for any")
        if part is not ANY:
            body[name] = part
    return body
