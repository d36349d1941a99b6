"""Each op on files breaks at least one of the small services that are right on plain files."""

from collections.abc import Iterator
from warnings import catch_warnings

import pytest
from PIL import Image

from harness.core.seed import Stream
from harness.generate.files.beside import other_file
from harness.generate.ops import all_ops
from harness.generate.payloads import File
from harness.generate.registry import Op
from tests.endpoints.openers import LINE, OPENERS, OTHER, REFUSED, Opener, read, shown
from tests.endpoints.openers_pdf import PDF_OPENERS
from tests.endpoints.openers_wrapped import WRAPPED_OPENERS
from tests.generate.plain_files import SAID, kind_of, plain_files
from tests.generate.sample_files import SAMPLES, TEXT, page

SERVICES: dict[str, tuple[Opener, frozenset[str]]] = {
    one.__name__: (one, frozenset(kinds.split()))
    for table in (OPENERS, PDF_OPENERS, WRAPPED_OPENERS)
    for one, kinds in table.items()
}
OPS = [one for one in all_ops().values() if one.layer in ("serialise", "bytes", "envelope") and not one.form]
WRAPPINGS = ("mail", "zip", "gzip", "office")
NOISES = range(12)

OF_PAGES = ("file.comment",)
"""What is sent of pages alone: at the end of a text a comment of PDF is one line more of it."""


def kind_after(one: Op, kind: str, written: File) -> str:
    """The kind that a service has to be for, if what it makes of the file is to count."""
    if one.name.startswith(WRAPPINGS):
        return f"{kind_of(written)}/{kind}"
    return kind if one.layer == "envelope" else kind_of(written)  # a label may say another kind than it is


def breaks(one: Op, opener: Opener, said: str, written: File) -> bool:
    """Whether the service answers otherwise than with what the sample says, refusals apart, or falls over."""
    try:
        with catch_warnings(action="ignore"):
            answer = opener(written)
    except Exception:
        return True
    return answer not in (said, REFUSED if one.effect == "destroyed" else said)


def tried(one: Op) -> Iterator[str]:
    """Every service that the op breaks, each once."""
    found = set[str]()
    for kind, written in written_by(one):
        after = kind_after(one, kind, written)
        for name, (opener, taken) in SERVICES.items():
            if after in taken and name not in found and breaks(one, opener, SAID[kind], written):
                found.add(name)
                yield name


def written_by(one: Op) -> Iterator[tuple[str, File]]:
    """What the op makes of the samples that it changes."""
    for kind, file in (SAMPLES if one.name in OF_PAGES else {**SAMPLES, "text": TEXT}).items():
        for severity in (10,) if one.kind == "binary" else (2, 5, 10):
            for noise in NOISES:
                written = one.run(file, severity, Stream(noise, "breaks", one.name))
                if written is not file:
                    yield kind, written


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_right_on_the_plain_files_it_is_for(name: str) -> None:
    opener, taken = SERVICES[name]
    told = [(opener(file), said) for kind, file, said in plain_files() if kind in taken]
    assert told
    assert [answer for answer, _ in told] == [said for _, said in told]


def test_what_stands_in_for_ocr_tells_other_pages_from_the_samples() -> None:
    white = Image.new("L", (500, 200), 255)
    upright = Image.fromarray(page().pixels)
    assert [read(one) for one in (upright, white, upright.rotate(180))] == [LINE, "", OTHER]
    assert shown(other_file(0).content) == OTHER


@pytest.mark.parametrize("one", OPS, ids=lambda o: o.name)
def test_an_op_on_files_breaks_somebody(one: Op) -> None:
    assert next(tried(one), None)


if __name__ == "__main__":
    for one in OPS:
        print(one.name, ", ".join(sorted(tried(one))))
