from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from formats.canonical import BadValue, NotCanonical, from_canonical, to_bytes
from formats.directory import BadSuitePolicy, Snapshot, SuitePolicy, SuiteTerm

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
END = NOW + timedelta(days=365)
LATER = timedelta(seconds=1)

OLD = (
    b'{"bodies":[],"certificates":[],"expires":"2026-12-01T04:00:00Z",'
    b'"issued":"2026-11-24T04:00:00Z","nodes":[],"previous":null,"revocations":[],'
    b'"suite":"INTL","version":3}'
)
"""A directory as it was written before there was a policy."""

MOVING = SuitePolicy(new="GM", accepted=(SuiteTerm(suite="INTL", until=END),))


def snapshot(policy: SuitePolicy | None) -> Snapshot:
    return Snapshot(
        version=3,
        issued=NOW,
        expires=NOW + timedelta(days=7),
        suite="GM" if policy is None else policy.new,
        previous=None,
        nodes=(),
        bodies=(),
        certificates=(),
        revocations=(),
        policy=policy,
    )


def test_a_directory_from_before_the_policy_reads_as_its_suite_alone() -> None:
    read = from_canonical(Snapshot, OLD)

    assert read.suite_policy() == SuitePolicy(new="INTL")
    assert to_bytes(read) == OLD


def test_a_policy_survives_the_canonical_bytes() -> None:
    made = snapshot(MOVING)

    assert from_canonical(Snapshot, to_bytes(made)) == made
    assert (
        b'"policy":{"accepted":[{"suite":"INTL","until":"2027-11-24T04:00:00Z"}],"new":"GM"}'
        in (to_bytes(made))
    )


def test_a_policy_written_as_null_is_not_the_one_form() -> None:
    with pytest.raises(NotCanonical):
        from_canonical(Snapshot, OLD.replace(b'"previous"', b'"policy":null,"previous"'))


@pytest.mark.parametrize(
    ("suite", "at", "accepted"),
    [
        ("GM", END + LATER, True),
        ("INTL", NOW, True),
        ("INTL", END, True),
        ("INTL", END + LATER, False),
        ("OTHER", NOW, False),
    ],
    ids=["new", "before-the-end", "at-the-end", "after-the-end", "unknown"],
)
def test_an_act_is_accepted_until_its_suite_ends(suite: str, at: datetime, accepted: bool) -> None:
    assert MOVING.accepts(suite, at) is accepted


def test_a_suite_without_an_end_is_accepted_for_as_long_as_that_stands() -> None:
    policy = SuitePolicy(new="INTL", accepted=(SuiteTerm(suite="GM"),))

    assert policy.accepts("GM", END + timedelta(days=36_500))


def test_a_suite_that_is_not_named_was_never_accepted() -> None:
    assert SuitePolicy(new="INTL").term("GM") is None
    assert not SuitePolicy(new="INTL").accepts("GM", NOW)


@pytest.mark.parametrize(
    ("held", "at", "chosen"),
    [
        ({"INTL", "GM"}, NOW, "GM"),
        ({"INTL"}, NOW, "INTL"),
        ({"INTL"}, END + LATER, None),
        (set(), NOW, None),
    ],
    ids=["both", "other", "other-ended", "none"],
)
def test_the_suite_of_new_acts_is_chosen_before_any_other(
    held: set[str], at: datetime, chosen: str | None
) -> None:
    assert MOVING.choose(held, at) == chosen  # type: ignore[arg-type]  # sets of literals


MISPLACED = to_bytes(snapshot(MOVING)).replace(
    b'"suite":"GM","version"', b'"suite":"INTL","version"'
)

CONTRADICTIONS: dict[str, Callable[[], object]] = {
    "new-twice": lambda: SuitePolicy(new="GM", accepted=(SuiteTerm(suite="GM"),)),
    "other-than-the-directory": lambda: from_canonical(Snapshot, MISPLACED),
}


@pytest.mark.parametrize("fault", CONTRADICTIONS)
def test_a_policy_that_contradicts_itself_is_refused(fault: str) -> None:
    with pytest.raises(BadSuitePolicy) as caught:
        CONTRADICTIONS[fault]()
    assert caught.value.code == "directory.bad-suite-policy"


def test_a_policy_of_an_unknown_suite_is_refused() -> None:
    with pytest.raises(BadValue):
        from_canonical(SuitePolicy, b'{"accepted":[{"suite":"RSA","until":null}],"new":"GM"}')
