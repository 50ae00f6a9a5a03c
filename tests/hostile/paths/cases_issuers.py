"""Who may issue: basic constraints, key usage, path length, roots, loops, lookalikes."""

from signing import der
from tests.hostile.paths import builder as make
from tests.hostile.paths.builder import Party
from tests.hostile.paths.world import AT, DAY, Setup, World, case

BAD_PATH, UNKNOWN, WRONG = "trust.bad-path", "trust.unknown-issuer", "trust.wrong-usage"
FIRST = "openssl takes the first of the name, whether it signed or not"


def ladder(w: World, height: int, **top: object) -> list[Party]:
    """CAs below the root, one under the other; ``top`` shapes the highest."""
    steps = [w.authority("Step 1", w.root, **top)]  # type: ignore[arg-type]  # as it takes them
    for number in range(2, height + 1):
        steps.append(w.authority(f"Step {number}", steps[-1]))
    return steps


@case(BAD_PATH)
def path_longer_than_the_issuer_allows(w: World) -> Setup:
    steps = ladder(w, 2, pathlen=0)
    return w.setup(w.leaf(steps[-1]), *steps)


@case()
def path_as_long_as_the_issuer_allows(w: World) -> Setup:
    steps = ladder(w, 2, pathlen=1)
    return w.setup(w.leaf(steps[-1]), *steps)


@case()
def self_issued_certificate_does_not_count_for_the_length(w: World) -> Setup:
    """A CA renews its key: RFC 5280 6.1.4 (l)."""
    old = w.authority("Step", w.root, pathlen=0)
    new = w.authority("Step", old, key=w.key("Step renewed"), pathlen=0)
    return w.setup(w.leaf(new), old, new)


@case(BAD_PATH)
def path_longer_than_the_anchor_allows(w: World) -> Setup:
    root = w.authority("Root", None, pathlen=0)
    return w.setup(w.leaf(), anchors=[root])


@case()
def twenty_certificates_deep(w: World) -> Setup:
    steps = ladder(w, 20)
    return w.setup(w.leaf(steps[-1]), *reversed(steps))


@case(BAD_PATH)
def issuer_that_is_no_ca(w: World) -> Setup:
    no_ca = w.authority("CA", w.root, ca=False)
    return w.setup(w.leaf(no_ca), no_ca)


@case(BAD_PATH)
def issuer_without_basic_constraints(w: World) -> Setup:
    bare = w.authority("CA", w.root, extensions=[make.key_usage("keyCertSign", "cRLSign")])
    return w.setup(w.leaf(bare), bare)


@case(BAD_PATH)
def end_entity_that_issues(w: World) -> Setup:
    issuer = w.leaf(subject=make.common("甲"), key=w.key("end entity"))
    forged = w.leaf(issuer, subject=make.common("乙"))
    return w.setup(forged, w.ca, issuer)


@case(BAD_PATH)
def end_entity_with_the_bit_but_no_ca(w: World) -> Setup:
    issuer = w.leaf(subject=make.common("甲"), key=w.key("end entity"), usage=("keyCertSign",))
    return w.setup(w.leaf(issuer, subject=make.common("乙")), w.ca, issuer)


@case(BAD_PATH)
def issuer_without_the_bit_to_sign_certificates(w: World) -> Setup:
    ca = w.authority("CA", w.root, usage=("cRLSign", "digitalSignature"))
    return w.setup(w.leaf(ca), ca)


@case("trust.revocation-missing", judge="OK", why="a CA without keyUsage may sign no list here")
def issuer_without_key_usage(w: World) -> Setup:
    ca = w.authority("CA", w.root, usage=())
    return w.setup(w.leaf(ca), ca)


@case()
def basic_constraints_not_critical(w: World) -> Setup:
    parts = [make.basic(ca=True, critical=False), make.key_usage("keyCertSign", "cRLSign")]
    ca = w.authority("CA", w.root, extensions=parts)
    return w.setup(w.leaf(ca, ids=False), ca)


@case(BAD_PATH)
def version_1_certificate_as_issuer(w: World) -> Setup:
    old = w.party(make.common("CA"), w.root, w.key("CA"), None, version=b"")
    return w.setup(w.leaf(old, ids=False), old)


@case(WRONG, judge="OK", why="without keyUsage nothing says that it is for signing")
def version_1_certificate_at_the_end(w: World) -> Setup:
    return w.setup(w.party(make.common("某单位"), w.ca, w.key("leaf"), None, version=b""))


@case("trust.certificate-bad", judge="OK", why="openssl reads extensions of any version")
def version_1_with_extensions(w: World) -> Setup:
    return w.setup(w.leaf(version=b""))


@case("trust.certificate-bad", judge="OK", why="openssl reads any version")
def version_of_the_future(w: World) -> Setup:
    return w.setup(w.leaf(version=der.encode(0xA0, der.integer(7))))


@case(WRONG, judge="OK", why="openssl lets a CA sign mail")
def authority_that_signs_a_document(w: World) -> Setup:
    ca = w.authority("Signer", w.root, usage=(*make.BITS[:2], "keyCertSign", "cRLSign"))
    return w.setup(ca)


@case(judge="refused", why="openssl wants a self-signed anchor unless told -partial_chain")
def anchor_that_is_not_self_signed(w: World) -> Setup:
    return w.setup(w.leaf(), anchors=[w.ca])


@case(UNKNOWN)
def anchor_of_somebody_else(w: World) -> Setup:
    return w.setup(w.leaf(), anchors=[w.authority("Other Root", None)])


@case(UNKNOWN)
def no_anchor_at_all(w: World) -> Setup:
    return w.setup(w.leaf(), anchors=[])


@case(BAD_PATH)
def self_signed_certificate_of_a_stranger(w: World) -> Setup:
    key = w.key("stranger")
    parts = [make.basic(ca=False), make.key_usage("digitalSignature")]
    return w.setup(w.party(make.common("某单位"), None, key, parts))


@case(UNKNOWN)
def root_that_came_along_is_not_trusted(w: World) -> Setup:
    root = w.authority("Evil Root", None)
    ca = w.authority("Evil CA", root)
    lists = [w.crl(p) for p in (root, ca, w.root)]
    return w.setup(w.leaf(ca), extra=[root, ca], crls=lists)


@case(BAD_PATH)
def root_of_the_anchors_name_with_another_key(w: World) -> Setup:
    """Name and key identifier are the anchor's; only the signature tells."""
    fake = w.authority("Root", None, key=w.key("fake root"), extensions=[
        make.basic(ca=True), make.key_usage("keyCertSign", "cRLSign"),
        make.subject_id(make.key_id(make.spki_of(w.root.key))),
    ])  # fmt: skip
    ca = w.authority("Evil CA", fake, ids=False)
    return w.setup(w.leaf(ca), ca, extra=[fake])


@case()
def two_issuers_of_one_name_told_apart_by_key_identifier(w: World) -> Setup:
    other = w.authority("CA", w.root, key=w.key("other CA"))
    return w.setup(w.leaf(), other, w.ca)


@case(judge="refused", why=FIRST)
def two_issuers_of_one_name_told_apart_by_signature(w: World) -> Setup:
    other = w.authority("CA", w.root, key=w.key("other CA"), ids=False)
    right = w.authority("CA", w.root, ids=False)
    lists = [w.crl(p) for p in (w.root, other, right)]
    return w.setup(w.leaf(right, ids=False), other, right, crls=lists)


@case(UNKNOWN)
def authority_key_identifier_of_another_key(w: World) -> Setup:
    parts = [make.basic(ca=False), make.key_usage("digitalSignature")]
    wrong = make.authority_id(make.key_id(make.spki_of(w.key("other CA"))))
    return w.setup(w.leaf(extensions=[*parts, wrong]))


@case(UNKNOWN)
def authority_key_identifier_of_another_serial(w: World) -> Setup:
    parts = [make.basic(ca=False), make.key_usage("digitalSignature")]
    wrong = make.authority_id(b"", issuer=w.root.subject, serial=999_999)
    return w.setup(w.leaf(extensions=[*parts, wrong]))


@case()
def authority_key_identifier_absent(w: World) -> Setup:
    return w.setup(w.leaf(ids=False))


@case()
def cross_certificates_both_ways(w: World) -> Setup:
    """Two provinces certify each other; a path to the one trusted root exists."""
    their_root = w.authority("Their Root", None)
    ours_by_them = w.authority("Root", their_root)
    theirs_by_us = w.authority("Their Root", w.root)
    their_ca = w.authority("Their CA", their_root)
    leaf = w.leaf(their_ca)
    lists = [w.crl(p) for p in (w.root, their_root, their_ca)]
    return w.setup(leaf, their_ca, ours_by_them, theirs_by_us, crls=lists)


@case(UNKNOWN)
def loop_of_cross_certificates_without_an_anchor(w: World) -> Setup:
    a, b = w.authority("A", None), w.authority("B", None)
    a_by_b, b_by_a = w.authority("A", b), w.authority("B", a)
    return w.setup(w.leaf(a), a_by_b, b_by_a)


@case(UNKNOWN, seconds=5)
def everybody_certifies_everybody(w: World) -> Setup:
    """Nine authorities, seventy-two certificates, no anchor: walking all paths takes for ever."""
    nine = [w.authority(f"Peer {n}", None) for n in range(9)]
    mesh = [
        w.authority(f"Peer {n}", other, key=party.key)
        for n, party in enumerate(nine)
        for other in nine
        if other is not party
    ]
    return w.setup(w.leaf(nine[0]), *mesh, crls=[w.crl(w.root)])


@case(seconds=5, judge="refused", why=FIRST)
def thousand_candidates_of_one_name(w: World) -> Setup:
    """The one that signed comes last; no key identifier helps."""
    decoy = w.key("decoy")
    crowd = [w.authority("CA", w.root, key=decoy, ids=False) for _ in range(1000)]
    right = w.authority("CA", w.root, ids=False)
    return w.setup(w.leaf(right, ids=False), *crowd, right, crls=[w.crl(w.root), w.crl(right)])


@case(BAD_PATH, seconds=5)
def thousand_candidates_none_of_which_signed(w: World) -> Setup:
    decoy = w.key("decoy")
    crowd = [w.authority("CA", w.root, key=decoy, ids=False) for _ in range(1000)]
    forged = w.party(
        make.common("某单位"), None, w.key("leaf"),
        [make.basic(ca=False), make.key_usage("digitalSignature")], named=w.ca.subject,
    )  # fmt: skip
    return w.setup(forged, *crowd, crls=[w.crl(w.root)])


@case(BAD_PATH)
def signature_of_another_key(w: World) -> Setup:
    fake = Party(w.ca.subject, w.key("fake CA"), b"")
    parts = [make.basic(ca=False), make.key_usage("digitalSignature")]
    return w.setup(w.leaf(fake, extensions=parts))


@case(BAD_PATH)
def issuers_signature_of_another_key(w: World) -> Setup:
    fake = Party(w.root.subject, w.key("fake root"), b"")
    ca = w.authority("CA", fake, ids=False)
    return w.setup(w.leaf(ca), ca)


@case()
def leaf_outlives_its_issuer(w: World) -> Setup:
    return w.setup(w.leaf(until=AT + 3000 * DAY))
