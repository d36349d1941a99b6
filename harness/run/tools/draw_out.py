"""Draw cases to a folder, without a target, to look at them or to use them elsewhere."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import fields as fields_of
from pathlib import Path

from harness.core.case import Case
from harness.core.clock import Clock
from harness.core.errors import PackError, RunError, SampleError, did_you_mean
from harness.core.loading.shipped import shipped
from harness.core.sample import Samples
from harness.core.settings import Pilot
from harness.generate.bases import Bases
from harness.generate.checks import check_pages
from harness.generate.draw import draw_pack, draw_pilot, make_case
from harness.generate.fill import Wrapping
from harness.generate.pages.codecs.decode import count_pages
from harness.generate.pages.typesetting.fonts import check_fonts, read_fonts
from harness.generate.payloads import File
from harness.generate.recipes.packs import PILOT, Pack, Scenario, read_pack
from harness.generate.records.made.kinds import made_samples as made_records
from harness.generate.samples.read_samples import read_samples
from harness.generate.text.tickets import made_samples as made_tickets
from harness.generate.usable import usable
from harness.run.setup.inputs import locate_values
from harness.store.files import CaseLine, case_line
from harness.store.jsonl import write_bytes, write_lines

TICKETS = 128
"""Made tickets used without a team's own texts: enough for several of each label, including the rare one."""

_OF_A_LINE = tuple(one.name for one in fields_of(CaseLine) if one.name != "file")
LONGEST_NAME = 60
"""Maximum characters of an address in a file name: file systems allow 255 bytes, and a character may take four."""


def draw_out(
    what: str, count: int, seed: int, out: Path, samples: str, truth: str, schema: str = "", font_dir: str = ""
) -> Iterator[str]:
    """Write `count` cases of `PACK` or `PACK/SCENARIO` to the new or empty folder `out`; yields messages."""
    notes, cases = drawn_cases(what, count, seed, samples, truth, schema, font_dir)
    yield from notes
    _empty_folder(out)
    lines: list[CaseLine] = []
    taken: set[str] = set()
    pages, clock = 0, Clock()
    for case in cases:
        file = _file_name(case.address, case.filename, taken)
        write_bytes(out / file, case.content)
        lines.append(case_line(case, file))
        pages += _pages_of(case)
    speed = _speed(len(lines), pages, clock.now())
    write_lines(out / "cases.jsonl", iter(lines))
    yield f"{len(lines)} cases in {out}/, described in {out}/cases.jsonl; {speed}"


def _pages_of(case: Case) -> int:
    """The number of pages of a case; 0 if it has none or is damaged."""
    if not case.media_type.startswith(("image/", "application/pdf")):
        return 0
    try:
        return count_pages(File(content=case.content, media_type=case.media_type, filename=case.filename))
    except SampleError:
        return 0


def _speed(cases: int, pages: int, seconds: float) -> str:
    """The speed at which one process drew and wrote them, to compare with the rate of a load run."""
    count, what = (pages, "pages") if pages else (cases, "cases")
    return f"{count} {what}, {count / max(seconds, 1e-9):.1f} {what}/s"


def drawn_cases(
    what: str, count: int, seed: int, samples: str, truth: str, schema: str = "", font_dir: str = ""
) -> tuple[list[str], Iterator[Case]]:
    """Messages, and the cases of `PACK` or `PACK/SCENARIO`, each made when it is needed."""
    name, wanted = _pack_and_scenario(what)
    pack = read_pack(name)
    found = _samples(pack, seed, samples, truth, schema)
    # Without samples the user looks at the pack itself; its papers need not have the fields of the shipped pilot.
    fields = found.columns if samples or truth or found.kind == "text" else ()
    chosen, left_out = _choose(pack, wanted, found, fields)
    fonts = read_fonts(font_dir)
    bases = Bases(seed=seed, samples=found, wrapping=Wrapping(request=found.wrapper), fonts=fonts)
    drawn = draw_pilot(found, count, seed) if pack.name == PILOT else [*draw_pack(pack, chosen, found, count, seed)]
    check_pages((one.plan for one in drawn), (), bases)
    notes = [f"left out {pack.name}/{scenario}: {why}" for scenario, why in left_out]
    return [*check_fonts(fonts), *notes], (make_case(one, bases) for one in drawn)


def _samples(pack: Pack, seed: int, samples: str, truth: str, schema: str) -> Samples:
    """The given samples; else made ones for a pack of texts or records, the shipped invoices for any other pack."""
    based = {scenario.base for scenario in pack.scenarios}
    if not samples and not truth and based <= {"texts", "tickets"}:
        return made_tickets(TICKETS, seed)
    if based <= {"records", "shifted_records"}:
        where, columns, shape = made_records("claims")
    else:
        pilot = shipped("fixtures") / "pilot"
        where, columns, shape = str(pilot), str(pilot / "truth.csv"), ""
    found = read_samples(samples or where, truth or columns, schema or ("" if samples else shape))
    return locate_values(found, Pilot(), [pack]).samples


def shown(case: Case) -> dict[str, object]:
    """The case as in cases.jsonl, with its content: `text`, or `base64` if it is not UTF-8."""
    line = case_line(case)
    try:
        holds = {"text": case.content.decode("utf-8")}
    except UnicodeDecodeError:
        holds = {"base64": b64encode(case.content).decode("ascii")}
    return {**{name: getattr(line, name) for name in _OF_A_LINE}, **holds}


def _choose(
    pack: Pack, wanted: str, samples: Samples, fields: tuple[str, ...]
) -> tuple[list[Scenario], list[tuple[str, str]]]:
    """The scenarios that can be drawn, and the others with the reason."""
    known = [s.id for s in pack.scenarios]
    if wanted and wanted not in known:
        hint = did_you_mean(wanted, known, f"scenarios: {', '.join(known)}")
        raise PackError(f'pack "{pack.name}" has no scenario "{wanted}"\n{hint}')
    asked = [s for s in pack.scenarios if wanted in ("", s.id)]
    why = {s.id: usable(s, samples, fields) for s in asked}
    chosen = [s for s in asked if not why[s.id]]
    if not chosen:
        raise PackError(
            f'pack "{pack.name}": nothing to draw: {next(iter(why.values()))}\n  give samples that fit: --samples'
        )
    return chosen, [(name, reason) for name, reason in why.items() if reason]


def _pack_and_scenario(what: str) -> tuple[str, str]:
    if "/" not in what or Path(what).exists():
        return what, ""
    name, _, wanted = what.rpartition("/")
    return name, wanted


def _file_name(address: str, filename: str, taken: set[str]) -> str:
    """`scanned_faxes-fine_fax-3.tiff`: the address with the suffix of its content. Each name is used once."""
    safe, suffix = _safe(address)[:LONGEST_NAME], _safe(Path(filename).suffix)[:16]
    stem, again = safe.removesuffix(suffix), 2
    name = f"{stem}{suffix}"
    while name in taken or name == "cases.jsonl":
        name, again = f"{stem}-{again}{suffix}", again + 1
    taken.add(name)
    return name


def _safe(text: str) -> str:
    return "".join(c if c.isalnum() or c in "._-" else "-" for c in text)


def _empty_folder(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RunError(f"{out}: is not empty\n  choose a new folder: --out")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise RunError(f"{out}: cannot be created: {reason.strerror}") from None
