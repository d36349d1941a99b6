"""What production sends to the ticket service: mails, chats and forms, written by hand."""

import json
from collections.abc import Callable, Iterator
from random import Random

from tests.zoo.mutants.stream import Family

PER_FAMILY = 10
REQUESTS = (
    "My invoice for May shows a wrong amount, the tax was charged twice.",
    "You billed me twice, please correct the invoice.",
    "I returned the jacket three weeks ago and the refund is still missing.",
    "Where is my money? I wait for the refund since April.",
    "The parcel has not arrived, the driver left it somewhere in the rain.",
    "My parcel was delivered to the wrong house.",
    "I cannot sign in any more, my password is rejected every time.",
    "The link to reset the password has expired, please send a new one.",
    "Please cancel my contract before it renews in June.",
    "I want to cancel the subscription today, not next month.",
    "Mein Paket ist nicht angekommen, der Fahrer hat es im Regen abgestellt.",
    "Ich möchte mein Abonnement kündigen, und zwar heute.",
    "Die Rechnung zeigt einen falschen Betrag, die Steuer steht doppelt darauf.",
    "Ich warte seit Wochen auf die Erstattung, bitte überweisen Sie mein Geld.",
    "No puedo entrar, la contraseña es rechazada.",
    "Quiero cancelar mi suscripción hoy.",
    "Mi paquete no ha llegado a casa, el conductor lo dejó bajo la lluvia.",
    "La factura muestra un importe equivocado.",
)
QUOTED = "The refund of your parcel follows with the invoice, your password was reset."
OTHER = "Your order of the red lamp was shipped on Monday. Best regards, the shop"
SMALL_TALK = (
    "I hope that you had a good weekend and that the weather at your place was better than here. ",
    "We spent ours in the garden, the neighbours came over, and somebody brought a wonderful apple cake. ",
    "As I told your colleague at the counter, our family has lived in this town since 1974. ",
)
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
Change = Callable[[str, Random], object]


def _broken(text: str, char: str) -> str:
    """The character within each longer word, where it cannot be seen."""
    return " ".join(f"{word[:3]}{char}{word[3:]}" if len(word) > 5 else word for word in text.split(" "))


CHANGES: dict[str, tuple[tuple[str, ...], Change]] = {
    "plain tickets": ((), lambda text, rng: text),
    "capital letters": (("upper", "capital", "case"), lambda text, rng: text.upper()),
    "answers with the quoted mail": (
        ("repl", "quot"),
        lambda text, rng: f"{text}\n\nOn Monday the shop wrote:\n> {OTHER}\n> {QUOTED}",
    ),
    "below an original message": (
        ("original", "repl", "forward"),
        lambda text, rng: f"{text}\n-----Original Message-----\nFrom: shop\n{OTHER} {QUOTED}",
    ),
    "forwarded without a word": (("forward",), lambda text, rng: f"Please see below.\n> {text}"),
    "long small talk": (
        ("long", "small", "unrelated"),
        lambda text, rng: f"{SMALL_TALK[0]}{text} {SMALL_TALK[1]}{SMALL_TALK[2]}",
    ),
    "invisible characters": (
        ("invisible", "zero", "hyphen"),
        lambda text, rng: _broken(text, rng.choice("\u200b\u00ad\u2060")),
    ),
    "full-width letters": (("width", "unicode"), lambda text, rng: text.translate(FULL_WIDTH)),
    "letters in two parts": (
        ("unicode", "accent"),
        lambda text, rng: (
            text.replace("ü", "u\u0308").replace("ö", "o\u0308").replace("ñ", "n\u0303").replace("ó", "o\u0301")
        ),
    ),
    "digits and ids": (
        ("digit", "number"),
        lambda text, rng: f"Ref {rng.randint(10**7, 10**8)} / order 4711-{rng.randint(100, 999)}: {text}",
    ),
    "a signature": (
        ("signature",),
        lambda text, rng: (
            f"{text}\n--\nJ. Doe\nAccounts payable, Lawyer & Partners\n+44 20 7946 0{rng.randint(100, 999)}"
        ),
    ),
    "a long mail": (
        ("long", "length"),
        lambda text, rng: f"{text}\n" + "".join(rng.choice(SMALL_TALK) for _ in range(60)),
    ),
    "a long mail with the request at its end": (
        ("long", "length"),
        lambda text, rng: "".join(rng.choice(SMALL_TALK) for _ in range(60)) + f"\n{text}",
    ),
    "too long to read": (("long", "length"), lambda text, rng: text + " x" * 12_000),
    "nothing written": (("empty", "blank"), lambda text, rng: rng.choice(("", " ", "\n\n", "\t", "\u00a0"))),
    "no text": (("type", "null", "missing"), lambda text, rng: rng.choice((None, 7, True, [text], {"text": text}))),
    "unknown words": (
        ("language", "script", "foreign"),
        lambda text, rng: rng.choice(
            (
                "Hei, pakkaus ei ole vielä saapunut perille.",
                "Здравствуйте, мне нужна помощь.",
                "荷物がまだ届きません。",
                "asdf qwer",
            )
        ),
    ),
    "numbers only": (("digit", "number"), lambda text, rng: f"{rng.randint(1, 10**9)} {rng.randint(1, 10**4)}"),
    "emoji": (("emoji",), lambda text, rng: f"😡😡 {text} 🙏"),
    "one word": (
        ("short",),
        lambda text, rng: rng.choice(("refund", "password!", "paket", "factura", "cancel", "lawyer")),
    ),
}


def _body(text: object) -> bytes:
    return json.dumps({"text": text}).encode()


def stream(rng: Random) -> Iterator[Family]:
    """Every family of texts; then requests at the same moment, and texts that begin alike."""
    for name, (names, change) in CHANGES.items():
        bodies = [_body(change(rng.choice(REQUESTS), rng)) for _ in range(PER_FAMILY)]
        yield Family(name=name, names=names, groups=tuple((body,) for body in bodies))
    yield Family(
        name="in flight together",
        names=("flight", "parallel"),
        groups=tuple(tuple(map(_body, rng.sample(REQUESTS, rng.randint(2, 4)))) for _ in range(2 * PER_FAMILY)),
    )
    opening = "Dear Sir or Madam, thank you for your last message. "
    yield Family(
        name="the same beginning",
        names=("state", "beginning", "opening"),
        groups=tuple((_body(opening + text),) for text in rng.sample(REQUESTS, PER_FAMILY)),
    )
    yield Family(
        name="no ticket at all",
        names=("envelope", "json"),
        groups=tuple(
            (body,) for body in (b"", b"{", b"[]", b"null", b'"refund"', b"{}", b'{"body": "refund"}', b"\xff")
        ),
    )
