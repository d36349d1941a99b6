"""`harness diff`: compare two runs, or the baseline and a run."""

from pathlib import Path

import click


@click.command("diff", short_help="Compare a run with an earlier run or a baseline.")
@click.argument("before", metavar="RUN_OR_BASELINE")
@click.argument("after", metavar="RUN")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def command(before: str, after: str, as_json: bool) -> int:
    """Compare a run with an earlier run, or with a baseline, over the same cases.

    The verdict follows from the regression criteria, with the limits of the second run. Latency and missing replies
    are reported apart from quality.

    Exit codes: 0 go, 1 no-go, 4 the runs cannot be compared, 5 undecided.
    """
    from harness.run.baseline.compare import compare_paths

    if as_json:
        found = compare_paths(Path(before), Path(after))
        from harness.store.jsonl import json_text

        click.echo(json_text(found))
    else:
        from harness.cli.progress import coloured
        from harness.report.comparison import MAX_CASES, comparison_screen

        found = compare_paths(Path(before), Path(after), most=MAX_CASES)
        click.echo(coloured(comparison_screen(found), found.verdict), nl=False)
    return found.verdict.exit_code
