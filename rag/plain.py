"""Answers as plain data, for JSON."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence, Set
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"


def to_plain(value: object) -> Plain:
    """`value` as what JSON can hold.

    Dataclasses become objects, field by field; a Decimal becomes a string, so that no digit is lost; an
    Enum its value; a date ISO 8601. Raises TypeError for anything else.
    """
    match value:
        case Enum():
            return to_plain(value.value)
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return format(value, "f")
        case dt.date():
            return value.isoformat()
        case Set():
            return sorted((to_plain(item) for item in value), key=str)
        case Mapping():
            return {str(key): to_plain(item) for key, item in value.items()}
        case Sequence() if not isinstance(value, bytes | bytearray | memoryview):
            return [to_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"no plain form for {type(value).__name__}")
