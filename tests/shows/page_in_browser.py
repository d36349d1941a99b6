"""Looks at report pages in Chromium and prints what it found as JSON; needs playwright.

python tests/shows/page_in_browser.py AXE.JS SHOTS NAME=PAGE.HTML...
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Dialog, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
VIEWS = {"light": (1280, 900), "dark": (1280, 900), "phone": (390, 844)}
"""Width and height of the window."""


@dataclass(slots=True)
class Looked:
    """One page in one view. problems: what must not be; the show holds when there is none."""

    page: str
    view: str
    axe: int = 0
    problems: list[str] = field(default_factory=list)


def opened(browser: Browser, path: Path, view: str, looked: Looked) -> Page:
    """The page in that view; whatever it says, asks or loads is a problem."""
    width, height = VIEWS[view]
    scheme: Literal["dark", "light"] = "dark" if view == "dark" else "light"
    page = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()
    page.on("console", lambda message: looked.problems.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: looked.problems.append(f"error: {error}"))
    page.on("dialog", lambda dialog: _dialog(dialog, looked))
    page.on("request", lambda request: _request(request.url, path, looked))
    page.goto(path.as_uri())
    return page


def _dialog(dialog: Dialog, looked: Looked) -> None:
    looked.problems.append(f"dialog: {dialog.message}")
    dialog.dismiss()


def _request(url: str, path: Path, looked: Looked) -> None:
    if url != path.as_uri() and not url.startswith("data:image/"):
        looked.problems.append(f"request: {url[:200]}")


def look(browser: Browser, name: str, path: Path, view: str, axe: str, shots: Path) -> Looked:
    looked = Looked(page=name, view=view)
    page = opened(browser, path, view, looked)
    page.screenshot(path=shots / f"{name}-{view}-top.png")
    page.screenshot(path=shots / f"{name}-{view}.png", full_page=True)
    page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
    if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
        looked.problems.append("scrolls sideways")
    looked.problems += foreign(page)
    page.evaluate(axe)  # not held back by the page's policy, unlike a script element
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    looked.axe = len(serious)
    looked.problems += [f"axe {one['id']}: {one['nodes'][0]['html'][:160]}" for one in serious]
    page.context.close()
    return looked


def foreign(page: Page) -> Iterator[str]:
    """What a hostile answer would have left behind."""
    counts: dict[str, Any] = page.evaluate(
        "() => ({script: document.scripts.length, style: document.querySelectorAll('style,link').length, "
        "frame: document.querySelectorAll('iframe,object,embed,base,animate').length, "
        "shown: getComputedStyle(document.body).display, title: document.title})"
    )
    if (counts["script"], counts["style"], counts["frame"], counts["shown"]) != (1, 1, 0, "block"):
        yield f"foreign elements: {counts}"
    if "pwned" in counts["title"]:
        yield "a script ran"


def use(browser: Browser, path: Path) -> Looked:
    """The page used as a person would: keyboard, filter, copy, print, and without JavaScript."""
    looked = Looked(page="demo", view="used")
    page = opened(browser, path, "light", looked)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("Tab")
    expect(looked, "the skip link comes first", page.evaluate("() => document.activeElement.className") == "skip")
    page.keyboard.press("Enter")
    expect(looked, "the skip link leads to the answer", page.evaluate("() => document.activeElement.id") == "answer")
    page.keyboard.press("Tab")
    outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    expect(looked, "focus can be seen", outline == "solid")
    command = page.locator("#why .cmd code").first.inner_text()
    page.locator("#why .copy").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('live').textContent === 'Copied'")
    expect(looked, "the command is copied", page.evaluate("() => navigator.clipboard.readText()") == command)
    every = page.locator(".cases tbody tr").count()
    page.locator("#f-silent").check()
    silent = page.locator(".cases tbody tr:visible").count()
    expect(looked, "the filter leaves the silent errors", 0 < silent < every)
    expect(looked, "the filter says how many", f"{silent} of {every} rows" == page.locator("#f-count").inner_text())
    page.locator("#f-text").fill("no such case at all")
    expect(
        looked, "the search finds nothing of what is not there", page.locator(".cases tbody tr:visible").count() == 0
    )
    page.locator("#f-clear").click()
    expect(looked, "all come back", page.locator(".cases tbody tr:visible").count() == every)
    page.locator(".enlarge").first.click()
    expect(looked, "pictures grow", page.locator(".pair.large").count() == 1)
    page.emulate_media(media="print")
    expect(looked, "print leaves out what is pressed", page.locator("button:visible, nav:visible").count() == 0)
    page.context.close()
    quiet = browser.new_context(java_script_enabled=False).new_page()
    quiet.goto(path.as_uri())
    expect(looked, "without JavaScript all rows stand", quiet.locator(".cases tbody tr:visible").count() == every)
    expect(looked, "without JavaScript no dead button", quiet.locator("button:visible").count() == 0)
    return looked


def expect(looked: Looked, what: str, holds: bool) -> None:
    if not holds:
        looked.problems.append(f"does not hold: {what}")


def main() -> None:
    axe, shots = Path(sys.argv[1]).read_text(encoding="utf-8"), Path(sys.argv[2])
    pages = {name: Path(path).resolve() for name, _, path in (one.partition("=") for one in sys.argv[3:])}
    with sync_playwright() as play:
        # The sandbox does not start for root, and the pages are our own.
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        found = [look(browser, name, path, view, axe, shots) for name, path in pages.items() for view in VIEWS]
        found.append(use(browser, pages["demo"]))
        browser.close()
    print(json.dumps([asdict(one) for one in found]))


if __name__ == "__main__":
    main()
