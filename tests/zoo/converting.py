"""An op of the team that runs the record service: only it knows the rates, so no op of the harness can do it."""

from harness.core.seed import Stream
from harness.generate.payloads import Record
from harness.generate.registry import op
from tests.zoo.record import NUMBERS, RATES


@op("zoo.converted", layer="structure", kind="binary")
def converted(record: Record, severity: int, draw: Stream) -> Record:
    """Write the amount in another currency, worth the same at the service's own rates, where its range has room.

    severity: 10 is the only one. Source: the service's table of rates.
    """
    given = dict(record.pairs)
    euros = given["amount"] * RATES[given["currency"]]
    others = [name for name in RATES if name != given["currency"] and euros / RATES[name] <= NUMBERS["amount"][1]]
    currency = draw.choice(others)
    said = {"amount": euros / RATES[currency], "currency": currency}
    return record.with_pairs(tuple((name, said.get(name, value)) for name, value in record.pairs))
