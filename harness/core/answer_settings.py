"""How answers are compared with the truth: `[answer]` of harness.toml."""

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from harness.core.units import Share

FieldRuleType = Literal["", "exact", "label", "number", "money", "date", "text", "set", "ranked", "table", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """How one field of the answer is compared, if the truth does not show it well enough.

    type: what the field holds. `label`: capitals make no difference. `set`: order makes no difference. `ranked`: order
    counts. `table`: rows, each an object. Empty: worked out from the truth.
    tolerance: `number` and `money`: largest difference that is still right, in the unit of the field.
    errors: `text`: largest share of wrong characters that is still right.
    measure: `text`: edits divided by the length of the truth (`cer`), or by the length of the longer text (`anls`).
    top: `ranked`: number of places that count. 0: all of them.
    """

    type: FieldRuleType = ""
    tolerance: Annotated[float, Meta(ge=0)] = 0.0
    errors: Share = 0.10
    measure: Literal["cer", "anls"] = "cer"
    top: Annotated[int, Meta(ge=0)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSettings:
    """How answers are compared with the truth.

    fields: rules by the column name of the truth. A column without a rule is compared by what its truth looks like.
    echoes: what the reply repeats of the request: a table from path in the reply to field of the request (`pages` for
    the pages of a file, `length(items)` for the items of a list). `{}`: nothing. Not set: the harness works it out.
    """

    fields: dict[str, FieldRule] = dataclasses.field(default_factory=dict)
    echoes: dict[str, str] | None = None
