"""The description of each field of a dataclass, read from the docstring of the class.

The docstring describes a field on a line of its own: `name: sentence.` The lines that follow belong to it, until the
next field or a blank line. All other lines are about the class. The settings reference, the file-format reference, the
JSON Schema and `--help` are generated from this text.
"""

import inspect
import re
from dataclasses import fields

_FIELD = re.compile(r"(\w+): (.+)")


def describe_class(schema: type) -> str:
    """The text of the docstring that is not about a single field, as one paragraph."""
    return _read(schema)[0]


def describe_fields(schema: type) -> dict[str, str]:
    """The text about each field, in the order of the fields. LookupError for a name that is not a field."""
    found, names = _read(schema)[1], [one.name for one in fields(schema)]
    strange = [name for name in found if name not in names]
    if strange:
        raise LookupError(
            f"the docstring of {schema.__name__} describes {', '.join(strange)}, which is not a field of it"
        )
    return {name: found[name] for name in names if name in found}


def help_of(schema: type, name: str) -> str:
    """The first sentence about one field, for `--help`."""
    return re.split(r"(?<=\.) ", describe_fields(schema)[name])[0]


def _read(schema: type) -> tuple[str, dict[str, str]]:
    about: list[str] = []
    found: dict[str, list[str]] = {}
    current = about
    for line in inspect.cleandoc(schema.__doc__ or "").splitlines():
        if entry := _FIELD.match(line):
            current = [entry[2][0].upper() + entry[2][1:]]
            found[entry[1]] = current
        elif line.strip():
            current.append(line.strip())
        else:
            current = about
    return " ".join(about), {name: " ".join(text) for name, text in found.items()}
