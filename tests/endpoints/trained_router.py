"""A ticket router as a pilot has it: a softmax over hashed character trigrams, fitted at start on made tickets."""

import json
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from harness.core.sample import Samples
from harness.generate.text.tickets import LABELS, RARE, made_samples, ticket_of

BUCKETS, STEPS, RATE, WEIGHT_DECAY = 4096, 150, 4.0, 1e-4
FITTED_ON, FIT_SEED = 600, 77
ALL = (*LABELS, RARE)
Matrix = NDArray[np.float64]


def answer(body: bytes) -> tuple[int, object]:
    """POST {"text"} to its label and the softmax of it; 422 for what is no text."""
    try:
        text = json.loads(body)["text"]
    except (ValueError, KeyError, TypeError):
        return 422, {"detail": "no text"}
    if not isinstance(text, str) or not text.strip():
        return 422, {"detail": "no text"}
    likely = _softmax(features(text)[None] @ weights())[0]
    best = int(likely.argmax())
    return 200, {"label": ALL[best], "confidence": round(float(likely[best]), 4)}


def label_alone(body: bytes) -> tuple[int, object]:
    """The same, and never says how sure it is."""
    status, reply = answer(body)
    return status, {"label": reply["label"]} if isinstance(reply, dict) and "label" in reply else reply


@lru_cache(maxsize=1)
def weights() -> Matrix:
    """Fitted on English tickets, by plain gradient descent."""
    fitted_on = english(FITTED_ON, FIT_SEED)
    inputs = np.stack([features(item.content.decode()) for item in fitted_on.items])
    wanted = np.eye(len(ALL))[[ALL.index(str(item.truth["label"])) for item in fitted_on.items]]
    found = np.zeros((BUCKETS, len(ALL)))
    for _ in range(STEPS):
        found -= RATE * (inputs.T @ (_softmax(inputs @ found) - wanted) / len(inputs) + WEIGHT_DECAY * found)
    return found


def english(number: int, seed: int) -> Samples:
    """The English ones of so many made tickets: the pilot was run in one country."""
    samples = made_samples(number, seed)
    language = [ticket_of(seed, f"made:tickets#{k}").language for k in range(number)]
    kept = tuple(item for item, of in zip(samples.items, language, strict=True) if of == "en")
    return Samples(kind="text", items=kept, columns=samples.columns)


def features(text: str) -> Matrix:
    """How often each bucket's trigrams stand in the text, of length one."""
    found = np.zeros(BUCKETS)
    small = f" {text.casefold()} "
    for k in range(len(small) - 2):
        found[_bucket(small[k : k + 3])] += 1.0
    scaled: Matrix = found / max(1.0, float(np.linalg.norm(found)))
    return scaled


@lru_cache(maxsize=1 << 16)
def _bucket(trigram: str) -> int:
    digest = blake2b(trigram.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, "little") % BUCKETS


def _softmax(scores: Matrix) -> Matrix:
    raised: Matrix = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Matrix = raised / raised.sum(axis=1, keepdims=True)
    return shares
