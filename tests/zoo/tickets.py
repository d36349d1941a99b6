"""The frozen texts that the ticket service is fitted on; the pilot's tickets are made of the same phrases."""

from types import MappingProxyType

from harness.core.seed import Stream
from harness.generate.text.rows import rows

LABELS = ("billing", "refund", "delivery", "login", "cancel", "legal")
RARE = "legal"
KEYWORDS = MappingProxyType(
    {
        "billing": ("invoice", "rechnung", "factura"),
        "refund": ("refund", "erstattung", "reembolso"),
        "delivery": ("parcel", "paket", "paquete"),
        "login": ("password", "passwort", "contraseña"),
        "cancel": ("cancel", "kündigen", "cancelar"),
        "legal": ("lawyer", "anwalt", "abogado"),
    }
)
"""The word that every pilot ticket of a label has, by language: English, German, Spanish."""
PHRASES = MappingProxyType(
    {
        "billing": (
            ("the invoice of this month shows a wrong amount", "tax was charged twice on my invoice"),
            ("die rechnung zeigt einen falschen betrag", "auf der rechnung steht die steuer doppelt"),
            ("la factura muestra un importe equivocado", "el impuesto aparece doble en la factura"),
        ),
        "refund": (
            ("please send my money back, the refund is still missing", "i returned it and wait for the refund"),
            ("bitte überweisen sie mein geld, die erstattung fehlt noch", "ich warte seit wochen auf die erstattung"),
            ("devuelvan mi dinero, el reembolso aún no llega", "lo devolví y espero el reembolso"),
        ),
        "delivery": (
            ("my parcel has not arrived at the house", "the driver left the parcel in the rain"),
            ("mein paket ist nicht angekommen", "der fahrer hat das paket im regen abgestellt"),
            ("mi paquete no ha llegado a casa", "el conductor dejó el paquete bajo la lluvia"),
        ),
        "login": (
            ("i cannot sign in, the password is rejected", "the password reset link has expired"),
            ("ich kann mich nicht anmelden, das passwort wird abgelehnt", "der link für das passwort ist abgelaufen"),
            ("no puedo entrar, la contraseña es rechazada", "el enlace de la contraseña ha caducado"),
        ),
        "cancel": (
            ("i want to cancel my subscription today", "please cancel the contract before it renews"),
            ("ich möchte mein abonnement kündigen", "ich will den vertrag vor der verlängerung kündigen"),
            ("quiero cancelar mi suscripción hoy", "deseo cancelar el contrato antes de renovarlo"),
        ),
        "legal": (
            ("my lawyer will write to you about this dispute",),
            ("mein anwalt wird ihnen wegen dieses streits schreiben",),
            ("mi abogado les escribirá por esta disputa",),
        ),
    }
)
COMMON = (
    ("thank you for a quick reply", "this happened last week and nobody called", "i have been a customer for years"),
    ("vielen dank für eine schnelle antwort", "das war letzte woche und niemand rief an", "ich bin seit jahren kunde"),
    ("gracias por una respuesta rápida", "ocurrió la semana pasada y nadie llamó", "soy cliente desde hace años"),
)
ABROAD = tuple((row.kind, row.cells[1]) for row in rows("tickets") if row.kind in LABELS)
"""Label and request of made tickets in seven languages, of which the pilot shows little."""
OFTEN = 3
TRAINING = (
    *(
        (label, f"{phrase} {common}")
        for label, languages in PHRASES.items()
        for language, phrases in enumerate(languages)
        for phrase in phrases
        for common in COMMON[language]
    ),
    *ABROAD * OFTEN,
)


def draw_ticket(number: int) -> tuple[str, str]:
    """Label and text of the pilot's ticket of that number: two sentences, three in four English, one label rare."""
    draw = Stream(11, "ticket", number)
    label = RARE if number % 24 == 23 else LABELS[number % (len(LABELS) - 1)]
    language = draw.choice((0, 0, 0, 1, 2)) if label in ("delivery", "login", "cancel") else 0
    sentences = [draw.choice(PHRASES[label][language]), draw.choice(COMMON[language])]
    return label, " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)
