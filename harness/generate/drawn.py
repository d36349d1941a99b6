"""A case before its bytes are made, and the case that sends a sample unchanged."""

from dataclasses import dataclass, field

from harness.core.case import Expect, Plan, control_of
from harness.core.sample import Sample
from harness.generate.recipes.packs import PILOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A case before its bytes are made."""

    address: str
    plan: Plan
    expect: Expect
    tags: dict[str, str] = field(default_factory=dict)
    clean_twin: str = ""

    @property
    def control(self) -> str:
        """As `Case.control`."""
        return control_of(self.address, self.clean_twin)


def pilot_case(sample: Sample) -> Drawn:
    """The case that sends this sample unchanged."""
    address = pilot_address(sample.key)
    plan = Plan(base=f"sample:{sample.key}", stream=address)
    return Drawn(address=address, plan=plan, expect="answer", tags={"sample": sample.key})


def pilot_address(key: str) -> str:
    """The address of the case that sends the sample `key` unchanged."""
    return f"{PILOT}/samples#{key}"
