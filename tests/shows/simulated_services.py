"""The services and releases that are simulated: near the limits of the gate, far beyond them, and unlike its hopes."""

from tests.shows.simulated import SLICE, Pack, Service
from tests.shows.simulated_releases import Release

HONEST = (
    Pack(name="pilot", share=0.7, handed=0.08),
    Pack(name="faxes", share=0.1, silent=0.02, handed=0.10, errors=0.05),
    Pack(name="languages", share=0.1, silent=0.02, handed=0.05, errors=0.05),
    Pack(name="uploads", share=0.1, silent=0.02, errors=0.05, asks=False),
)
AT_LIMIT = (
    Pack(name="pilot", share=0.7, handed=0.08),
    Pack(name="faxes", share=0.1, silent=0.10, handed=0.20, errors=0.08),
    Pack(name="languages", share=0.1, silent=0.06, handed=0.10, errors=0.08),
    Pack(name="uploads", share=0.1, silent=0.04, errors=0.04, asks=False),
)
LIAR = (
    Pack(name="pilot", share=0.7, silent=0.04, handed=0.08),
    Pack(name="faxes", share=0.1, silent=0.35, handed=0.20, errors=0.02),
    Pack(name="languages", share=0.1, silent=0.25, handed=0.10, errors=0.02),
    Pack(name="uploads", share=0.1, silent=0.20, errors=0.02, asks=False),
)
SPREAD = (
    Pack(name="pilot", share=0.2, handed=0.08),
    Pack(name="faxes", share=0.2, silent=0.02, handed=0.25, errors=0.02),
    Pack(name="languages", share=0.2, silent=0.02, handed=0.25, errors=0.02),
    Pack(name="uploads", share=0.2, silent=0.03, errors=0.02, asks=False),
    Pack(name="records", share=0.2, silent=0.03, handed=0.40, errors=0.02),
)
UNEVEN = (
    Pack(name="pilot", share=0.4, handed=0.1),
    Pack(name="faxes", share=0.3, silent=0.02, handed=0.30, errors=0.02),
    Pack(name="languages", share=0.2, silent=0.05, handed=0.30, errors=0.03),
    Pack(name="uploads", share=0.1, silent=0.04, errors=0.04),
)
SAMPLED = tuple(
    Pack(name=name, share=0.2, silent=0.02, handed=0.2, errors=0.02)
    for name in ("pilot", "faxes", "languages", "uploads", "records")
)
UNSTEADY = (
    Pack(name="pilot", share=0.7, silent=0.08, handed=0.15, errors=0.08),
    Pack(name="faxes", share=0.1, silent=0.10, handed=0.20, errors=0.08),
    Pack(name="languages", share=0.1, silent=0.10, handed=0.20, errors=0.08),
    Pack(name="uploads", share=0.1, silent=0.10, errors=0.08, asks=False),
)
RARELY = (
    Pack(name="pilot", share=0.7, silent=0.02, handed=0.10, errors=0.01),
    Pack(name="faxes", share=0.1, silent=0.02, handed=0.20, errors=0.02),
    Pack(name="languages", share=0.1, silent=0.02, handed=0.20, errors=0.02),
    Pack(name="uploads", share=0.1, silent=0.02, errors=0.02, asks=False),
)
RARE = ("silent_errors", "errors", SLICE)
"""What may not be seen at all in the pilot's replies, or in those of the few samples of a slice."""

SERVICES = (
    Service(name="default mix, honest", packs=HONEST),
    Service(name="default mix, at its limits", packs=AT_LIMIT),
    Service(name="default mix, liar, 30 samples", packs=LIAR, samples=30),
    Service(name="spread mix", packs=SPREAD),
    Service(name="uneven mix, 30 samples", packs=UNEVEN, samples=30),
    Service(name="spread mix, 500 samples", packs=SAMPLED, samples=500),
    Service(name="5 % unscored", packs=AT_LIMIT, unscored=0.05),
    Service(name="10 % unknown", packs=AT_LIMIT, unknown=0.10),
    Service(name="unsteady, sent twice", packs=UNSTEADY, steady=False, beyond=(SLICE,)),
    Service(name="unsteady, and rarely wrong", packs=RARELY, steady=False, beyond=RARE),
    Service(
        name="unsteady, sent once",
        packs=UNSTEADY,
        samples=60,
        steady=False,
        beyond=(*RARE, "straight_through", "quality", "gap"),
    ),
)
RELEASES = (
    Release(name="no change", drop=0.0),
    Release(name="no change, variants", drop=0.0, variants=True),
    Release(name="every sample worse by 5 %", drop=0.05),
    Release(name="every sample worse by 12 %", drop=0.12),
    Release(name="variants worse by 5 %", drop=0.05, variants=True),
    Release(name="some samples lost, variants", drop=0.06, variants=True, broken=True),
    Release(name="3 % unanswered", drop=0.05, unanswered=0.03),
)
