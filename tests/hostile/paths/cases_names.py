"""Names: constraints on name spaces, owners, empty and lookalike names, critical extensions."""

from signing import der
from tests.hostile.paths import builder as make
from tests.hostile.paths.world import Setup, World, case

BAD_PATH = "trust.bad-path"
HERE = make.name(("C", "CN"), ("ST", "安徽省"))
THERE = make.name(("C", "CN"), ("ST", "江苏省"))


def within(
    w: World, *subtrees: bytes, excluded: tuple[bytes, ...] = (), tail: bytes = b""
) -> Setup:
    """The usual leaf under a CA with those name constraints."""
    ca = w.authority("CA", w.root, more=[make.constraints(subtrees, excluded, tail=tail)])
    return w.setup(w.leaf(ca), ca)


def owning(w: World, *names: bytes, permitted: tuple[bytes, ...] = (),
           excluded: tuple[bytes, ...] = ()) -> Setup:  # fmt: skip
    """A leaf of those alternative names under a CA with those constraints."""
    ca = w.authority("CA", w.root, more=[make.constraints(permitted, excluded)])
    return w.setup(w.leaf(ca, more=[make.alternative(*names)]), ca)


@case()
def name_within_the_permitted_space(w: World) -> Setup:
    return within(w, make.directory(HERE))


@case()
def name_within_one_of_two_permitted_spaces(w: World) -> Setup:
    return within(w, make.directory(THERE), make.directory(HERE))


@case(BAD_PATH)
def name_outside_the_permitted_space(w: World) -> Setup:
    return within(w, make.directory(THERE))


@case(BAD_PATH)
def name_in_an_excluded_space(w: World) -> Setup:
    return within(w, excluded=(make.directory(HERE),))


@case(BAD_PATH)
def excluded_within_the_permitted(w: World) -> Setup:
    deeper = make.common("某单位")
    return within(w, make.directory(HERE), excluded=(make.directory(deeper),))


@case()
def name_beside_an_excluded_space(w: World) -> Setup:
    return within(w, excluded=(make.directory(THERE),))


@case(BAD_PATH)
def constraint_two_levels_up(w: World) -> Setup:
    top = w.authority("Top", w.root, more=[make.constraints([make.directory(THERE)])])
    ca = w.authority("CA", top, subject=make.common("CA", province="江苏省"))
    return w.setup(w.leaf(ca), top, ca)


@case(BAD_PATH)
def lower_constraint_cannot_widen_the_upper(w: World) -> Setup:
    top = w.authority("Top", w.root, more=[make.constraints([make.directory(THERE)])])
    ca = w.authority("CA", top, subject=make.common("CA", province="江苏省"),
                     more=[make.constraints([make.directory(HERE)])])  # fmt: skip
    return w.setup(w.leaf(ca), top, ca)


@case()
def self_issued_issuer_is_outside_the_constraint(w: World) -> Setup:
    """RFC 5280 6.1.3 (b): only its successors are bound."""
    old = w.authority("CA", w.root, more=[make.constraints([make.directory(HERE)])])
    new = w.authority("CA", old, key=w.key("CA renewed"))
    return w.setup(w.leaf(new), old, new)


@case()
def empty_subject_with_a_critical_alternative_name(w: World) -> Setup:
    name = make.alternative(make.uri("urn:yidao:body:340000.bgt"), critical=True)
    return w.setup(w.leaf(subject=make.name(), more=[name]))


@case()
def empty_subject_evades_no_directory_name_constraint(w: World) -> Setup:
    """RFC 5280 4.2.1.10: a constraint binds names that are there; an empty one is none."""
    ca = w.authority("CA", w.root, more=[make.constraints([make.directory(HERE)])])
    name = make.alternative(make.uri("urn:yidao:body:340000.bgt"), critical=True)
    return w.setup(w.leaf(ca, subject=make.name(), more=[name]), ca)


@case(BAD_PATH)
def directory_name_among_the_alternatives_is_bound_too(w: World) -> Setup:
    return owning(w, make.directory(make.common("x", province="江苏省")),
                  permitted=(make.directory(HERE),))  # fmt: skip


@case()
def host_within_the_permitted_domain(w: World) -> Setup:
    return owning(w, make.dns("a.example.cn"), permitted=(make.dns("example.cn"),))


@case(BAD_PATH)
def host_outside_the_permitted_domain(w: World) -> Setup:
    return owning(w, make.dns("example.cn.evil.cn"), permitted=(make.dns("example.cn"),))


@case()
def uri_within_the_permitted_host(w: World) -> Setup:
    return owning(w, make.uri("http://a.example.cn/x"), permitted=(make.uri(".example.cn"),))


@case(BAD_PATH)
def uri_outside_the_permitted_host(w: World) -> Setup:
    return owning(w, make.uri("http://evil.cn/.example.cn"), permitted=(make.uri(".example.cn"),))


@case(BAD_PATH)
def uri_in_an_excluded_host(w: World) -> Setup:
    return owning(w, make.uri("http://a.example.cn/x"), excluded=(make.uri(".example.cn"),))


@case(BAD_PATH)
def uri_without_a_host_under_a_constraint(w: World) -> Setup:
    """Our owners are such URIs: a constraint on hosts cannot let them pass, RFC 5280 4.2.1.10."""
    return owning(w, make.uri("urn:yidao:body:340000.bgt"), permitted=(make.uri("example.cn"),))


@case(BAD_PATH)
def constraint_on_addresses_is_not_passed_over(w: World) -> Setup:
    """Nobody here reads iPAddress constraints; then a certificate that has one is refused."""
    network = der.encode(0x87, bytes((10, 0, 0, 0, 255, 0, 0, 0)))
    return owning(w, der.encode(0x87, bytes((192, 168, 0, 1))), permitted=(network,))


@case(BAD_PATH)
def constraint_of_a_kind_nobody_knows(w: World) -> Setup:
    kind = der.encode(0x88, der.oid("1.2.3.4")[2:])
    return owning(w, der.encode(0x88, der.oid("1.2.3.5")[2:]), permitted=(kind,))


@case(BAD_PATH)
def constraint_with_a_minimum(w: World) -> Setup:
    """RFC 5280 4.2.1.10: minimum is always 0; another is not understood, so not trusted."""
    return within(w, make.directory(HERE), tail=der.encode(0x80, b"\x01"))


@case("trust.unknown-issuer")
def issuer_name_that_is_not_the_issuers(w: World) -> Setup:
    """Found by key identifier alone, the path would hold; the name forbids it."""
    return w.setup(w.leaf(named=make.common("Another CA")))


@case("trust.certificate-bad", judge="OK", why="openssl knows no owners")
def certificate_of_two_owners(w: World) -> Setup:
    both = make.alternative(
        make.uri("urn:yidao:body:340000.bgt"), make.uri("urn:yidao:body:340100.bgs")
    )
    return w.setup(w.leaf(more=[both]))


@case(BAD_PATH, judge="OK", why="openssl asks for it under -x509_strict alone")
def issuer_without_a_name(w: World) -> Setup:
    """RFC 5280 4.1.2.4: the issuer's name is never empty."""
    ca = w.authority("CA", w.root, subject=make.name())
    return w.setup(w.leaf(ca), ca)


@case(BAD_PATH)
def unknown_critical_extension_of_the_leaf(w: World) -> Setup:
    odd = make.extension(make.UNKNOWN, der.encode(der.NULL), critical=True)
    return w.setup(w.leaf(more=[odd]))


@case(BAD_PATH)
def unknown_critical_extension_of_the_issuer(w: World) -> Setup:
    odd = make.extension(make.UNKNOWN, der.encode(der.NULL), critical=True)
    ca = w.authority("CA", w.root, more=[odd])
    return w.setup(w.leaf(ca), ca)


@case()
def unknown_extension_that_is_not_critical(w: World) -> Setup:
    odd = make.extension(make.UNKNOWN, b"not even DER")
    return w.setup(w.leaf(more=[odd]))


@case("trust.certificate-bad")
def extension_twice_in_the_leaf(w: World) -> Setup:
    return w.setup(w.leaf(more=[make.key_usage("keyCertSign")]))


@case("trust.certificate-bad", judge="OK", why="openssl counts what it knows")
def unknown_extension_twice(w: World) -> Setup:
    odd = make.extension(make.UNKNOWN, der.encode(der.NULL))
    return w.setup(w.leaf(more=[odd, odd]))


@case("trust.certificate-bad")
def extension_twice_in_the_issuer(w: World) -> Setup:
    ca = w.authority("CA", w.root, more=[make.basic(ca=False)])
    return w.setup(w.leaf(ca), ca)


@case("trust.certificate-bad")
def extension_whose_content_is_not_what_it_says(w: World) -> Setup:
    parts = [make.basic(ca=False), make.extension("2.5.29.15", der.integer(1), critical=True)]
    return w.setup(w.leaf(extensions=parts))


@case(BAD_PATH)
def policy_required_but_not_given(w: World) -> Setup:
    ca = w.authority("CA", w.root, more=[make.policies("1.2.3.1"), make.explicit_policy()])
    return w.setup(w.leaf(ca), ca)


@case()
def policy_required_and_given(w: World) -> Setup:
    ca = w.authority("CA", w.root, more=[make.policies("1.2.3.1"), make.explicit_policy()])
    return w.setup(w.leaf(ca, more=[make.policies("1.2.3.1")]), ca)


@case(BAD_PATH)
def policy_required_and_another_given(w: World) -> Setup:
    ca = w.authority("CA", w.root, more=[make.policies("1.2.3.1"), make.explicit_policy()])
    return w.setup(w.leaf(ca, more=[make.policies("1.2.3.2")]), ca)


@case()
def policy_not_required(w: World) -> Setup:
    ca = w.authority("CA", w.root, more=[make.policies("1.2.3.1")])
    return w.setup(w.leaf(ca, more=[make.policies("1.2.3.2")]), ca)


@case(BAD_PATH)
def any_policy_where_it_is_inhibited(w: World) -> Setup:
    inhibited = make.extension("2.5.29.54", der.integer(0), critical=True)
    parts = [make.policies("1.2.3.1"), make.explicit_policy(), inhibited]
    ca = w.authority("CA", w.root, more=parts)
    return w.setup(w.leaf(ca, more=[make.policies("2.5.29.32.0")]), ca)
