"""The measure itself: what is mutated, which mutants are kept, and that the streams are independent of the packs."""

import ast
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from tests.zoo.mutants import document_stream, record_stream, ticket_stream
from tests.zoo.mutants.keeping import MIN_FAMILY, MIN_OVERALL, mutants
from tests.zoo.mutants.mutations import OPERATORS, mutations
from tests.zoo.mutants.stream import replies
from tests.zoo.mutants.subjects import SUBJECTS, _opened

SOURCE = '''
"""A service."""
import hashlib, re, threading

now = threading.local()
lock = threading.Lock()

def clean(text):
    return re.sub(" ", "", text.lower())

def rate(record, points):
    if not 18 <= record["age"] <= 110:
        raise ValueError("age")
    with lock:
        key = hashlib.sha256(record["name"]).hexdigest()
    try:
        total = 2 * record["amount"] if points else 1
    except KeyError:
        raise ValueError(key) from None
    return total if points or not key else None

def read(fields, text):
    found = re.search(r"^\\d+$", text)
    if not found:
        return None
    for name in fields:
        if name not in ("net", "tax"):
            raise ValueError(name)
    text = min(found.start, found.end)
    return dict(sorted(fields.items(), key=len)).get(text)
'''


def changes(operator: str) -> set[tuple[str, str]]:
    return {(one.was, one.now) for one in mutations(SOURCE) if one.operator == operator}


@pytest.mark.parametrize(
    ("operator", "was", "now"),
    [
        ("check dropped", "if not 18 <= record['age'] <= 110:", "(nothing)"),
        ("fields swapped", "record['age']", "record['amount']"),
        ("constant changed", "110", "220"),
        ("constant changed", "110", "11"),
        ("arithmetic changed", "2 * record['amount']", "2 / record['amount']"),
        ("arithmetic changed", "2 * record['amount']", "2"),
        ("condition changed", "points or not key", "points and (not key)"),
        ("condition changed", "not key", "key"),
        ("normalisation removed", "text.lower()", "text"),
        ("normalisation removed", "re.sub(' ', '', text.lower())", "text.lower()"),
        ("range widened", "18 <= record['age'] <= 110", "18 <= record['age']"),
        ("off by one", "18 <= record['age'] <= 110", "18 < record['age'] <= 110"),
        ("comparison turned", "18 <= record['age'] <= 110", "18 >= record['age'] <= 110"),
        ("branch ignored", "2 * record['amount'] if points else 1", "1"),
        ("lock dropped", "with lock:", "if True:"),
        ("lock dropped", "threading.local()", "type('Shared', (), {})()"),
        ("key shortened", "hashlib.sha256(record['name'])", "hashlib.sha256(record['name'][:24])"),
        ("key shortened", "hashlib.sha256(record['name'])", "hashlib.sha256(record['name'][-64:])"),
        ("key shortened", "def clean(text):", "@_remember(slice(None, 256))"),
        ("state kept", "def rate(record, points):", "@_by_first"),
        ("state kept", "def clean(text):", "@_or_last"),
        ("state kept", "def clean(text):", "@_or_last_found"),
        ("error swallowed", "except KeyError: raise ValueError(key) from None", "except KeyError: return None"),
        ("error swallowed", "except KeyError: raise ValueError(key) from None", "except KeyError: return record"),
        ("error swallowed", "raise ValueError(name)", "continue"),
        ("error swallowed", "raise ValueError(name)", "return fields"),
        ("fields swapped", "found.start", "found.end"),
        ("constant changed", "'net'", "''"),
        ("entry changed", "('net', 'tax')", "('tax',)"),
        ("entry changed", "('net', 'tax')", "('tax', 'net')"),
        ("pattern loosened", r"re.search('^\\d+$', text)", r"re.search('\\d+$', text)"),
        ("pattern loosened", r"re.search('^\\d+$', text)", r"re.search('^\\d+', text)"),
        ("pattern loosened", r"re.search('^\\d+$', text)", r"re.search('^\\d$', text)"),
        ("call exchanged", "min(found.start, found.end)", "max(found.start, found.end)"),
        ("arguments swapped", "min(found.start, found.end)", "min(found.end, found.start)"),
        ("default changed", "sorted(fields.items(), key=len)", "sorted(fields.items())"),
        ("default changed", "record['age']", "record.get('age', 0)"),
        ("loop cut short", "for name in fields:", "for name in list(fields)[:1]:"),
        ("step skipped", "text = min(found.start, found.end)", "(nothing)"),
        ("step skipped", "return total if points or not key else None", "return total"),
    ],
)
def test_each_operator_makes_one_mistake(operator: str, was: str, now: str) -> None:
    assert (was, now) in changes(operator)


def test_every_operator_finds_something_and_every_mutant_is_python() -> None:
    found = mutations(SOURCE)
    assert {one.operator for one in found} == set(OPERATORS)
    assert len({one.source for one in found}) == len(found)
    for one in found:
        assert ast.dump(ast.parse(one.source)) != ast.dump(ast.parse(SOURCE))


@pytest.mark.parametrize("service", ["record", "ticket"])
def test_the_original_is_never_silently_wrong_on_its_own_stream(service: str) -> None:
    subject = SUBJECTS[service]
    first, second = subject.original(), subject.original()
    for family in subject.stream(Random(7)):
        pairs = zip(replies(first, family.groups), replies(second, family.groups), strict=True)
        assert not any(subject.silently_wrong(right, given) for right, given in pairs), family.name


def test_the_same_seed_keeps_the_same_mutant_which_is_as_wrong_as_it_must_be() -> None:
    (first,), (again,) = (list(islice(mutants("ticket", seed), 1)) for seed in (3, 3))
    assert (first.name, first.share, first.wrong) == (again.name, again.share, again.wrong)
    assert first.share >= MIN_OVERALL
    assert first.wrong[0].hits >= MIN_FAMILY * first.wrong[0].n
    assert first.wrong[0].example


@pytest.mark.full_dose
def test_of_mutants_with_the_same_wrong_answers_one_is_kept() -> None:
    effects = [[(wrong.family.name, wrong.effect) for wrong in one.wrong] for one in islice(mutants("ticket", 3), 3)]
    assert len({str(effect) for effect in effects}) == 3


def test_a_service_that_replies_with_no_pair_has_failed() -> None:
    ((status, _),) = replies(lambda body: None, [(b"",)])  # type: ignore[arg-type, return-value]
    assert status == 500


@pytest.mark.full_dose
def test_files_are_opened_anew_only_by_mutants_that_open_them_otherwise() -> None:
    subject = SUBJECTS["document"]
    found = [one for module, one in subject.mutations() if module == subject.module]
    opening = next(one for one in found if one.was == "not content or len(content) > LARGEST_FILE")
    dates = next(one for one in found if one.was == "if not parts:")
    kept = _opened.cache_info().misses
    upload = next(iter(document_stream.stream(Random(7)))).groups[0][0]
    right = replies(subject.original(), [(upload,)])
    assert replies(subject.mutant(dates, subject.module), [(upload,)]) == right
    assert _opened.cache_info().misses <= kept + 1
    hits = _opened.cache_info().hits
    replies(subject.mutant(opening, subject.module), [(upload,)])
    assert _opened.cache_info().hits == hits


@pytest.mark.parametrize("module", [record_stream, ticket_stream, document_stream])
def test_a_stream_shares_no_code_with_packs_and_ops(module: object) -> None:
    tree = ast.parse(Path(str(vars(module)["__file__"])).read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {name for name in imported if name.startswith(("harness", "tests"))}
    assert ours <= {"tests.zoo.mutants.stream", "harness.core.loading.shipped"}
