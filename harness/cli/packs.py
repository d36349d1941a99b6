"""`harness packs`: list, ops, lint, draw, sheet, freeze."""

from pathlib import Path

import click

from harness.core.errors import PackError

FONTS_HELP = "A folder with your own fonts for print. Its subfolder `hands` holds fonts for handwriting."


@click.group("packs", short_help="List, validate and draw the packs of tail cases.")
def command() -> None:
    """List, validate and draw the packs of tail cases."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def list_packs(as_json: bool) -> int:
    """List the shipped and installed packs with their scenarios."""
    from harness.generate.recipes.pack_folders import known_packs
    from harness.generate.recipes.packs import read_pack

    packs = [read_pack(name) for name in known_packs()]
    if as_json:
        _json(
            [
                {"pack": p.name, "version": p.version, "summary": p.summary, "scenarios": [s.id for s in p.scenarios]}
                for p in packs
            ]
        )
        return 0
    for pack in packs:
        click.echo(f"{pack.name} {pack.version}: {pack.summary}")
        for scenario in pack.scenarios:
            steps = ", ".join(f"{o.op.name} {_range(o.low, o.high)}" for o in scenario.ops) or "as they are"
            click.echo(f"  {scenario.id:<20}{scenario.base:<16}{steps}")
    return 0


@command.command("ops")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def list_ops(as_json: bool) -> int:
    """List every op: its layer, the order of its severities, its effect on labelled fields and its summary."""
    from harness.generate.ops import all_ops

    ops = all_ops().values()
    if as_json:
        _json(
            [{n: getattr(o, n) for n in ("name", "layer", "kind", "effect", "summary", "scale", "source")} for o in ops]
        )
        return 0
    for one in ops:
        click.echo(f"{one.name:<24}{one.layer:<11}{one.kind:<8}{one.effect:<13}{one.summary}")
    return 0


@command.command("lint")
@click.argument("packs", nargs=-1, metavar="[PACK|FOLDER]...")
@click.option(
    "--samples", default="", metavar="PATH", help="Pilot samples. Also lists the kinds of values that they lack."
)
@click.option("--truth", default="", metavar="TABLE|COLUMNS", help="The truth of the samples.")
@click.option(
    "--schema", default="", metavar="SCHEMA", help="The schema of the records. Also checks that the samples fit it."
)
@click.option(
    "--font-dir", default="", metavar="FOLDER", help="A folder with your own fonts. Also lists what they can set."
)
def lint(packs: tuple[str, ...], samples: str, truth: str, schema: str, font_dir: str) -> int:
    """Validate packs and print their errors. Without an argument: all shipped and installed packs."""
    from harness.generate.ops import all_ops
    from harness.generate.recipes.pack_folders import known_packs
    from harness.run.tools.lint import lint_pack

    if (truth or schema) and not samples:
        raise click.UsageError(f"{'--truth' if truth else '--schema'} describes --samples: give both")
    _lint_material(samples, truth, schema, font_dir)
    all_ops()  # an import error concerns every pack and is reported once
    wrong = []
    for name in packs or tuple(known_packs()):
        try:
            pack = lint_pack(name)
        except PackError as error:
            wrong.append(str(error))
        else:
            click.echo(f"{pack.path}: {pack.name} {pack.version}, {len(pack.scenarios)} scenarios", err=True)
    if wrong:
        raise PackError("\n".join(wrong))
    return 0


def _lint_material(samples: str, truth: str, schema: str, font_dir: str) -> None:
    """Print the kinds of values that the samples lack, and what the fonts can set."""
    if samples:
        from harness.run.setup.strata import lint_samples

        for note in lint_samples(samples, truth, schema):
            click.echo(f"{samples}: {note}", err=True)
    if font_dir:
        from harness.generate.pages.typesetting.fonts import check_fonts, read_fonts

        for note in check_fonts(read_fonts(font_dir)):
            click.echo(note, err=True)


@command.command("draw")
@click.argument("what", metavar="PACK[/SCENARIO]")
@click.option("-n", "count", default=10, show_default=True, type=click.IntRange(1), help="Number of cases.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed gives the same cases."
)
@click.option("--out", default="", metavar="FOLDER", help="The folder for the files and cases.jsonl.")
@click.option("--samples", default="", metavar="PATH", help="Pilot samples. [default: shipped samples]")
@click.option("--truth", default="", metavar="TABLE|COLUMNS", help="The truth of the samples.")
@click.option("--schema", default="", metavar="SCHEMA", help="The schema of the records, as in [pilot] schema.")
@click.option("--font-dir", default="", metavar="FOLDER", help=FONTS_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print the cases as one JSON document. Write no files.")
def draw(
    what: str, count: int, seed: int, out: str, samples: str, truth: str, schema: str, font_dir: str, as_json: bool
) -> int:
    """Write the files of a pack's cases, and cases.jsonl with truth and steps."""
    from harness.run.tools.draw_out import draw_out, drawn_cases, shown

    if bool(out) == as_json:
        raise click.UsageError("give one of them: --out FOLDER for files, --json for one document on standard output")
    if as_json:
        notes, cases = drawn_cases(what, count, seed, samples, truth, schema, font_dir)
        for line in notes:
            click.echo(line, err=True)
        _json([shown(case) for case in cases])
        return 0
    for line in draw_out(what, count, seed, Path(out), samples, truth, schema, font_dir):
        click.echo(line, err=True)
    return 0


@command.command("sheet")
@click.argument("pack", metavar="PACK")
@click.option("-n", "count", default=4, show_default=True, type=click.IntRange(1), help="Cases per scenario.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed gives the same cases."
)
@click.option("--out", required=True, metavar="FILE", help="The PNG to write.")
@click.option("--samples", default="", metavar="PATH", help="Pilot samples. [default: the shipped invoices]")
@click.option("--truth", default="", metavar="TABLE|COLUMNS", help="The truth of the samples.")
@click.option("--font-dir", default="", metavar="FOLDER", help=FONTS_HELP)
def sheet(pack: str, count: int, seed: int, out: str, samples: str, truth: str, font_dir: str) -> int:
    """Draw an overview of a pack: cases of each scenario side by side, with their steps below."""
    from harness.run.tools.contact_sheet import make_sheet

    for line in make_sheet(pack, count, seed, Path(out), samples, truth, font_dir):
        click.echo(line, err=True)
    return 0


@command.command("freeze")
@click.argument("source", metavar="SAMPLES")
@click.option("--truth", required=True, metavar="TABLE|COLUMNS", help="The truth of the samples, as for check.")
@click.option("--out", required=True, metavar="FOLDER", help="A new folder for the fixture.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed gives the same values."
)
def freeze_samples(source: str, truth: str, out: str, seed: int) -> int:
    """Make a fixture from production samples. Personal data is replaced by values of the same shape.

    Prints what was masked.
    """
    from harness.run.tools.freeze import freeze

    for line in freeze(source, truth, Path(out), seed):
        click.echo(line, err=True)
    return 0


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}..{high}"


def _json(value: object) -> None:
    from harness.store.jsonl import json_text

    click.echo(json_text(value))
