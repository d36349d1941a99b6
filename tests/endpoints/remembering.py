"""Services that are right on the first request of each kind, but whose later answers depend on earlier requests.

    python -m tests.endpoints.remembering PORT [WRONG] [SECONDS]

starts the text service on that port; its first WRONG answers are the commonest label, and it listens after SECONDS.
"""

import json
import sys
import time
import unicodedata
from collections import deque
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from PIL import Image, ImageStat

from harness.core.seed import Stream
from tests.endpoints.server import Answer, Known, serving

LABELS = ("billing", "delivery", "login")
WORDS = {"billing": "invoice", "delivery": "parcel", "login": "password"}


def route(body: bytes) -> tuple[int, object]:
    """The label of a text, by the word that it contains."""
    text = str(json.loads(body).get("text", "")).casefold()
    label = next((label for label, word in WORDS.items() if word in text), None)
    return (200, {"label": label, "confidence": 0.95}) if label else (422, {"detail": "no word is known"})


def write_texts(path: Path, count: int = 24) -> Path:
    """Write texts with their labels; half of them have the same label."""
    path.mkdir(parents=True, exist_ok=True)
    rows = ["file,label"]
    for k in range(count):
        label = LABELS[0] if k % 2 else LABELS[1 + Stream(5, "label", k).below(2)]
        name = f"text_{k:02d}.txt"
        (path / name).write_text(f"My {WORDS[label]} number {k} is not what I ordered.\n", encoding="utf-8")
        rows.append(f"{name},{label}")
    (path / "truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def shade(body: bytes) -> tuple[int, object]:
    """Whether the uploaded page is light or dark."""
    content = body.partition(b"\r\n\r\n")[2].rpartition(b"\r\n--")[0]
    try:
        grey = ImageStat.Stat(Image.open(BytesIO(content)).convert("L")).mean[0]
    except OSError:
        return 422, {"detail": "no picture"}
    return 200, {"shade": "light" if grey > 128 else "dark", "confidence": 0.95}


def write_pages(path: Path, count: int = 12) -> Path:
    """Write light and dark pages with their labels."""
    path.mkdir(parents=True, exist_ok=True)
    rows = ["file,shade"]
    for k in range(count):
        Image.new("L", (60 + k, 80), 240 if k % 2 else 15).save(path / f"page_{k:02d}.png")
        rows.append(f"page_{k:02d}.png,{'light' if k % 2 else 'dark'}")
    (path / "truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def file_name(body: bytes) -> object:
    """A cache key: the name of the uploaded file."""
    return body.partition(b'filename="')[2].partition(b'"')[0]


def cached(answer: Answer, key: Callable[[bytes], object]) -> Answer:
    """Returns the earlier answer to a request with the same key."""
    kept: dict[object, tuple[int, object]] = {}
    lock = Lock()

    def remembered(body: bytes) -> tuple[int, object]:
        with lock:
            if key(body) not in kept:
                kept[key(body)] = answer(body)
            return kept[key(body)]

    return remembered


def first_letters(body: bytes) -> object:
    """A cache key: the first 64 characters of the text."""
    return str(json.loads(body).get("text", ""))[:64]


def last_bytes(body: bytes) -> object:
    """A cache key: the last 64 bytes of the request."""
    return body[-64:]


def order_id(body: bytes) -> object:
    """A cache key: the id of the order, or the whole body if there is none."""
    try:
        return json.loads(body)["order_id"]
    except (ValueError, KeyError, TypeError):
        return body


def without_accents(value: object) -> str:
    """The value as text without accents."""
    return "".join(one for one in unicodedata.normalize("NFD", str(value)) if not unicodedata.combining(one))


def folded(key: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """The same key for letters with and without accents."""

    def plain(body: bytes) -> object:
        kept = key(body)
        return without_accents(kept.decode("utf-8", "replace") if isinstance(kept, bytes) else kept)

    return plain


def swayed(answer: Answer, most: int) -> Answer:
    """Goes on with the answer that it gave to each of the last `most` requests, once."""
    last: deque[str] = deque(maxlen=most)
    lock = Lock()

    def by_habit(body: bytes) -> tuple[int, object]:
        status, reply = answer(body)
        said = json.dumps(reply)
        with lock:
            habit = last[0] if len(last) == most and len(set(last)) == 1 else said
            last.append(said)
        return status, json.loads(habit)

    return by_habit


def for_each_customer(answer: Answer) -> Known:
    """Adds the customer to each answer."""

    def named(who: str, body: bytes) -> tuple[int, object]:
        status, reply = answer(body)
        return (status, {**reply, "account": {"customer": who}}) if isinstance(reply, dict) else (status, reply)

    return named


def stricter_for(customer: str, answer: Answer, default: object) -> Known:
    """One customer always gets the default as the answer; no answer names its customer."""

    def by_contract(who: str, body: bytes) -> tuple[int, object]:
        status, reply = answer(body)
        return (status, default if who == customer and status == 200 else reply)

    return by_contract


def cached_for_all(known: Known) -> Known:
    """Caches replies by the body, for all customers together."""
    kept: dict[bytes, tuple[int, object]] = {}
    lock = Lock()

    def remembered(who: str, body: bytes) -> tuple[int, object]:
        with lock:
            if body not in kept:
                kept[body] = known(who, body)
            return kept[body]

    return remembered


def spoilt_after(answer: Answer, calls: int, default: object) -> Answer:
    """Right for the first `calls` requests; the same default for every later one."""
    count = [0]
    lock = Lock()

    def spoilt(body: bytes) -> tuple[int, object]:
        with lock:
            count[0] += 1
            late = count[0] > calls
        status, reply = answer(body)
        return (status, default) if late and status == 200 else (status, reply)

    return spoilt


def cold(answer: Answer, wrong: int, default: object) -> Answer:
    """The same default for the first `wrong` requests; right for every later one."""
    count = [0]
    lock = Lock()

    def warming(body: bytes) -> tuple[int, Any]:
        with lock:
            count[0] += 1
            early = count[0] <= wrong
        return (200, default) if early else answer(body)

    return warming


def main() -> None:
    port, wrong, seconds = (float(text) for text in [*sys.argv[1:], "0", "0"][:3])
    time.sleep(seconds)
    with serving(cold(route, int(wrong), {"label": LABELS[0], "confidence": 0.9}), "/route", port=int(port)):
        print("listening", flush=True)
        while True:
            time.sleep(60)


if __name__ == "__main__":
    main()
