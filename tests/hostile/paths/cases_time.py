"""Validity: of the certificate, of its issuers, of the anchor."""

from datetime import timedelta

from signing import der
from tests.hostile.paths.world import AT, DAY, Setup, World, case

EXPIRED, EARLY, BAD = "trust.expired", "trust.not-yet-valid", "trust.certificate-bad"
SECOND = timedelta(seconds=1)


@case()
def honest_chain(w: World) -> Setup:
    return w.setup(w.leaf())


@case(EXPIRED)
def leaf_expired(w: World) -> Setup:
    return w.setup(w.leaf(until=AT - DAY))


@case(judge="refused", why="openssl counts the last second as past")
def leaf_in_its_last_second(w: World) -> Setup:
    return w.setup(w.leaf(until=AT))


@case(EXPIRED)
def leaf_a_second_after_its_last(w: World) -> Setup:
    return w.setup(w.leaf(until=AT - SECOND))


@case()
def leaf_in_its_first_second(w: World) -> Setup:
    return w.setup(w.leaf(since=AT))


@case(EARLY)
def leaf_a_second_before_its_first(w: World) -> Setup:
    return w.setup(w.leaf(since=AT + SECOND))


@case(EARLY)
def leaf_not_yet_valid(w: World) -> Setup:
    return w.setup(w.leaf(since=AT + DAY))


@case(EXPIRED)
def issuer_expired(w: World) -> Setup:
    old = w.authority("CA", w.root, until=AT - DAY)
    return w.setup(w.leaf(old), old)


@case(EARLY)
def issuer_not_yet_valid(w: World) -> Setup:
    new = w.authority("CA", w.root, since=AT + DAY)
    return w.setup(w.leaf(new), new)


@case(EXPIRED)
def anchor_expired(w: World) -> Setup:
    old = w.authority("Root", None, until=AT - DAY)
    return w.setup(w.leaf(), anchors=[old])


@case(EARLY)
def anchor_not_yet_valid(w: World) -> Setup:
    new = w.authority("Root", None, since=AT + DAY)
    return w.setup(w.leaf(), anchors=[new])


@case()
def old_time_within_everybodys_validity(w: World) -> Setup:
    """Judged as of then, with a list of then, although the leaf has ended by now."""
    then = AT - 50 * DAY
    lists = [w.crl(p, since=then - DAY, until=then + DAY) for p in (w.root, w.ca)]
    return w.setup(w.leaf(until=AT - 10 * DAY), crls=lists, at=then)


@case()
def renewed_issuer_beside_the_expired_one(w: World) -> Setup:
    """The same CA with the same key twice; only the later certificate still holds."""
    old = w.authority("CA", w.root, until=AT - DAY)
    return w.setup(w.leaf(old), old, w.ca)


@case(EXPIRED)
def validity_that_ends_before_it_begins(w: World) -> Setup:
    return w.setup(w.leaf(since=AT - DAY, until=AT - 2 * DAY))


@case()
def validity_beyond_2050(w: World) -> Setup:
    return w.setup(w.leaf(until=AT.replace(year=2051)))


@case()
def validity_without_a_defined_end(w: World) -> Setup:
    """RFC 5280 4.1.2.5: 99991231235959Z."""
    return w.setup(w.leaf(until=der.encode(der.GENERALIZED_TIME, b"99991231235959Z")))


@case(BAD, judge="OK", why="openssl reads GeneralizedTime before 2050 unless -x509_strict")
def generalized_time_before_2050(w: World) -> Setup:
    return w.setup(w.leaf(until=der.encode(der.GENERALIZED_TIME, b"20270101000000Z")))


@case(BAD)
def time_without_seconds(w: World) -> Setup:
    return w.setup(w.leaf(until=der.encode(der.UTC_TIME, b"2712010000Z")))


@case(BAD)
def time_with_an_offset(w: World) -> Setup:
    return w.setup(w.leaf(until=der.encode(der.UTC_TIME, b"271201000000+0800")))


@case(BAD)
def time_of_the_thirteenth_month(w: World) -> Setup:
    return w.setup(w.leaf(until=der.encode(der.UTC_TIME, b"271301000000Z")))
