"""A page taken apart, and what no page of ours may hold."""

import re
from html.parser import HTMLParser
from pathlib import Path

import harness.report.html.page as writer

HERE = Path(writer.__file__).parent
ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        """html head meta title style body script header main nav section article a p span strong b h1 h2 h3 h4 ul ol li
        dl dt dd div code bdi mark pre button details summary figure figcaption img table thead tbody tr th td wbr
        svg g path rect circle text form label input select option""",
    )
)


class Page(HTMLParser):
    """The elements with their attributes, the text, and the contents of style and script."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.raw: dict[str, list[str]] = {"style": [], "script": []}
        self._inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in self.raw:
            self.raw[self._inside].append(data)
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        """What a person reads, with single blanks."""
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def problems(text: str) -> list[str]:
    """What in the page could run, load or style anything; none in a good one."""
    page, found = Page(text), []
    for kind, name in (("style", "page.css"), ("script", "page.js")):
        if page.raw[kind] != [(HERE / name).read_text(encoding="utf-8")]:
            found.append(f"another {kind} than our own")
    for tag, attributes in page.elements:
        found += [] if tag in ELEMENTS else [f"element {tag}"]
        found += [f"{tag} {name}" for name in attributes if name.startswith("on") or name in ("style", "srcdoc")]
        found += [f"{tag} src {v}" for n, v in attributes.items() if n == "src" and not v.startswith("data:image/")]
        found += [f"{tag} {n} {v}" for n, v in attributes.items() if n.endswith("href") and not v.startswith("#")]
    found += [f"{word} in our own style or script" for word in ("//", "url(", "@import") if word in "".join(own())]
    unseen = {c for c in "".join(page.texts) if not c.isprintable() and c != "\n"}
    return found + [f"text holds U+{ord(c):04X}" for c in sorted(unseen)]


def own() -> list[str]:
    return [(HERE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js")]
