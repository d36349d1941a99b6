"""The correct ticket service: POST /route with {"text"}; words weighed by a classifier fitted at start."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tests.zoo.tickets import LABELS, TRAINING

LONGEST = 20_000
FEW, SHORT, MOSTLY = 10, 30, 0.8
"""Words of who passes mail on, at most; of a text that is read whole; share of a sentence's words to be known."""
WEIGHT = 0.1
"""Added to every count, so that a word that a label never had does not rule the label out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Of each word the logarithm of its share in each label's training texts; one column a label."""

    words: dict[str, int]
    share: NDArray[np.float64]


@lru_cache(maxsize=1)
def fit() -> Weights:
    """The classifier, from the frozen texts in three languages."""
    words = {word: i for i, word in enumerate(sorted({w for _, text in TRAINING for w in words_of(text)}))}
    count = np.full((len(words), len(LABELS)), WEIGHT)
    for label, text in TRAINING:
        for word in words_of(text):
            count[words[word], LABELS.index(label)] += 1
    return Weights(words=words, share=np.log(count / count.sum(axis=0)))


def words_of(text: str) -> list[str]:
    """Its words, small; digits are none, nor are single letters, which logs and undecoded texts are full of."""
    return re.findall(r"[^\W\d_]{2,}", text.casefold())


def normalise(text: str) -> str:
    """Letters in one form, and none that cannot be seen."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")


def without_quotes(text: str) -> str:
    """The text without the mail that it answers; all of it where it says next to nothing, as of mail passed on."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(">")]
    own = re.split(r"\n-{2,} ?(?:Original|Ursprüngliche|Mensaje)", "\n".join(lines))[0]
    return own if len(words_of(own)) > FEW else text


def telling(text: str) -> str:
    """Of a long text the sentences whose words are mostly known, as small talk says nothing of the matter.

    The whole text where none is, and where it is as short as those of the pilot.
    """
    if len(words_of(text)) <= SHORT:
        return text
    weights = fit().words
    sentences = [(sentence, words_of(sentence)) for sentence in re.split(r"[.!?\n]", text)]
    known = [sentence for sentence, words in sentences if words and mostly(word in weights for word in words)]
    return "\n".join(known) or text


def mostly(found: Iterable[bool]) -> bool:
    """Whether it is so in most cases."""
    each = list(found)
    return sum(each) >= MOSTLY * len(each)


def classify(text: str) -> tuple[str, float, str]:
    """The likeliest label, how sure that is, and the runner-up. Words never seen lower the confidence."""
    weights, words = fit(), words_of(telling(text))
    known = [weights.words[word] for word in words if word in weights.words]
    if not known:
        return LABELS[0], 0.0, LABELS[1]
    score = weights.share[known].sum(axis=0)
    likely = np.exp(score - score.max())
    best, second = np.argsort(-score)[:2]
    heard = min(1.0, 0.35 + len(known) / len(words))
    return LABELS[best], round(float(likely[best] / likely.sum()) * heard, 4), LABELS[second]


def same(text: str) -> str:
    """The whole text."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The service, step by step."""

    normalise: Callable[[str], str] = normalise
    cut: Callable[[str], str] = same
    classify: Callable[[str], tuple[str, float, str]] = classify

    def __call__(self, body: bytes) -> tuple[int, object]:
        """Status and reply to one ticket."""
        try:
            asked = json.loads(body)
        except ValueError:
            return 422, {"detail": "no JSON"}
        text = asked.get("text") if isinstance(asked, dict) else None
        if not isinstance(text, str) or not text.strip():
            return 422, {"detail": "no text"}
        if len(text) > LONGEST:
            return 413, {"detail": "too long"}
        label, confidence, second = self.classify(self.cut(without_quotes(self.normalise(text))))
        return 200, {"label": label, "confidence": confidence, "second": second}
