"""Time-stamps taken away, exchanged, forged, and archive stamps that bring something along."""

from collections.abc import Callable
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from formats.effects import system_randomness
from signing.keys import KeySigner, generate_key
from signing.signer import Signer
from signing.timestamp import LocalAuthority, TimestampSource, request_for, token_of
from tests.hostile.attacks.cms import Signature
from tests.hostile.attacks.raw import value_of, with_value
from tests.hostile.attacks.registry import variant
from tests.hostile.attacks.sealed import CITY, JOINT, Kind, Sealed, rich_pdf, seal
from tests.hostile.attacks.update import SEAL, Node, Update, archive, dictionary, node

_STAMPED: tuple[Kind, ...] = ("single", "joint", "gm")


def _unknown_authority(sealed: Sealed, *, purpose: bool = True) -> KeySigner:
    """A self-made authority that bears the honest one's name."""
    key = generate_key()
    now = sealed.hands.now
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "安徽省电子公文时间戳服务")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=9))
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    if purpose:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
    certificate = builder.sign(key, hashes.SHA256())
    return KeySigner(key, certificate.public_bytes(serialization.Encoding.DER))


def _source(sealed: Sealed, signer: Signer, age: timedelta = timedelta(0)) -> TimestampSource:
    return LocalAuthority(signer, lambda: sealed.hands.now - age, system_randomness)


def _stamped_by(sealed: Sealed, source: TimestampSource) -> bytes:
    """The file with the seal's time-stamp exchanged for one of another source."""
    signature = Signature.of(value_of(sealed.pdf))
    digest = sealed.suite.digest(signature.value)
    request = request_for(digest, suite=sealed.suite)
    return with_value(sealed.pdf, signature.with_token(token_of(source(request))))


@variant("timestamp-removed", "digest")
def time_stamp_taken_away(sealed: Sealed) -> bytes:
    """Make a proven time a claimed one, so that the seal falls with its certificate."""
    return with_value(sealed.pdf, Signature.of(value_of(sealed.pdf)).with_token())


@variant("timestamp", kinds=_STAMPED)
def time_stamp_of_another_signature(sealed: Sealed) -> bytes:
    """Give the seal the time-stamp of another document's seal."""
    other = Signature.of(value_of(seal(sealed.hands, rich_pdf())))
    signature = Signature.of(value_of(sealed.pdf))
    return with_value(sealed.pdf, signature.with_token(other.token))


@variant("timestamp", "timestamp-untrusted", kinds=_STAMPED)
def time_stamp_of_an_unknown_authority(sealed: Sealed) -> bytes:
    """Claim another time through an authority of the attacker's own."""
    return _stamped_by(sealed, _source(sealed, _unknown_authority(sealed), timedelta(days=8)))


@variant("timestamp", "timestamp-untrusted", kinds=_STAMPED)
def time_stamp_without_the_purpose(sealed: Sealed) -> bytes:
    """The same with a certificate that is not even for time-stamps."""
    return _stamped_by(sealed, _source(sealed, _unknown_authority(sealed, purpose=False)))


@variant("timestamp", kinds=_STAMPED)
def time_stamp_by_a_body(sealed: Sealed) -> bytes:
    """Stamp with a genuine body's UKEY, which is no authority."""
    return _stamped_by(sealed, _source(sealed, sealed.signer(CITY), timedelta(hours=1)))


@variant("timestamp", kinds=_STAMPED)
def time_stamp_from_before_the_authority(sealed: Sealed) -> bytes:
    """Claim a time at which the authority's certificate was not valid yet."""
    tsa = sealed.hands.world.tsa.signer()
    return _stamped_by(sealed, _source(sealed, tsa, timedelta(days=4000)))


@variant("timestamp", "cms", kinds=_STAMPED)
def time_stamp_with_a_flipped_byte(sealed: Sealed) -> bytes:
    """Move the time inside the token."""
    signature = Signature.of(value_of(sealed.pdf))
    token = bytearray(signature.token)
    place = token.index(b"\x18\x0f") + 4  # GeneralizedTime: the third digit of the year
    token[place] ^= 1
    return with_value(sealed.pdf, signature.with_token(bytes(token)))


@variant("cms", kinds=_STAMPED)
def time_stamp_given_twice(sealed: Sealed) -> bytes:
    """Give the seal a second time-stamp, of which readers take one or the other."""
    signature = Signature.of(value_of(sealed.pdf))
    source = _source(sealed, _unknown_authority(sealed))
    digest = sealed.suite.digest(signature.value)
    second = token_of(source(request_for(digest, suite=sealed.suite)))
    return with_value(sealed.pdf, signature.with_token(second, signature.token))


@variant("cms", kinds=_STAMPED)
def time_stamp_hidden_behind_another_attribute(sealed: Sealed) -> bytes:
    """Carry something beside the time-stamp where no signature reaches."""
    signature = Signature.of(value_of(sealed.pdf))
    return with_value(sealed.pdf, signature.with_unsigned("1.2.840.113549.1.9.16.2.99"))


# --- archive time-stamps --------------------------------------------------------------------------


def _archived(sealed: Sealed, change: Callable[[Update, Node], None]) -> bytes:
    """An archive time-stamp whose field was changed in the same revision, before it was stamped."""
    return archive(sealed.pdf, sealed.hands.authority, "Evil", change=change)


@variant("timestamp", "timestamp-untrusted")
def archive_stamp_of_an_unknown_authority(sealed: Sealed) -> bytes:
    """Keep the proof by an authority of the attacker's own."""
    return archive(sealed.pdf, _source(sealed, _unknown_authority(sealed)), "Evil")


@variant("timestamp", "timestamp-untrusted")
def archive_stamp_by_a_body(sealed: Sealed) -> bytes:
    """Keep the proof by a genuine body's UKEY, which is no authority."""
    return archive(sealed.pdf, _source(sealed, sealed.signer(CITY)), "Evil")


@variant("modified")
def archive_stamp_with_a_script(sealed: Sealed) -> bytes:
    """Bring a script in as the action of an archive time-stamp's unseen field."""

    def change(_: Update, field: Node) -> None:
        field["/AA"] = dictionary(PO=dictionary(S="/JavaScript", JS="app.alert(1)"))

    return _archived(sealed, change)


@variant("modified")
def archive_stamp_with_a_link(sealed: Sealed) -> bytes:
    """Bring a link in the same way."""

    def change(_: Update, field: Node) -> None:
        field["/A"] = dictionary(S="/URI", URI="https://www.example.org/dishonest")

    return _archived(sealed, change)


@variant("modified", "stranger")
def archive_stamp_with_a_picture(sealed: Sealed) -> bytes:
    """Paint over the page through an archive time-stamp's field."""

    def change(update: Update, field: Node) -> None:
        field["/Rect"] = node([80, 690, 300, 720])
        field["/AP"] = dictionary(N=update.drawing())

    return _archived(sealed, change)


@variant("modified", "stranger")
def archive_stamp_with_an_unseen_picture(sealed: Sealed) -> bytes:
    """Carry a picture in a field of no size, to be unfolded by a viewer that repairs."""

    def change(update: Update, field: Node) -> None:
        field["/AP"] = dictionary(N=update.drawing())

    return _archived(sealed, change)


@variant("modified", "stranger")
def archive_stamp_with_children(sealed: Sealed) -> bytes:
    """Paint through a child of an archive time-stamp's field."""

    def change(update: Update, field: Node) -> None:
        child = dictionary(
            Type="/Annot",
            Subtype="/Widget",
            Rect=[80, 690, 300, 720],
            AP=dictionary(N=update.drawing()),
        )
        field["/Kids"] = node([update.add(child)])

    return _archived(sealed, change)


@variant("modified")
def archive_stamp_with_other_words(sealed: Sealed) -> bytes:
    """Exchange a page in the revision that the archive's authority then stamps."""

    def change(update: Update, _: Node) -> None:
        update.page(0)["/Contents"] = update.stream(b"BT /F1 20 Tf 80 600 Td (other) Tj ET")

    return _archived(sealed, change)


@variant("modified")
def archive_stamp_with_another_title(sealed: Sealed) -> bytes:
    """Exchange the title in the revision that the archive's authority then stamps."""

    def change(update: Update, _: Node) -> None:
        info = update.writer.trailer["/Info"]
        info["/Title"] = node("other title")
        update.writer.update_container(info)

    return _archived(sealed, change)


@variant("modified")
def archive_stamp_with_a_loose_object(sealed: Sealed) -> bytes:
    """Bring in an object that nothing refers to yet."""

    def change(update: Update, _: Node) -> None:
        update.stream(b"tomorrow's page")

    return _archived(sealed, change)


@variant("modified")
def archive_stamp_with_a_reason(sealed: Sealed) -> bytes:
    """Have viewers show words and a name of the attacker's beside a genuine time-stamp."""
    return archive(
        sealed.pdf,
        sealed.hands.authority,
        "Evil",
        Reason="withdrawn",
        Name="国务院办公厅",
        Location="北京",
    )


@variant("modified")
def archive_stamp_with_annotations_reordered(sealed: Sealed) -> bytes:
    """Bring what lies below to the top, in the revision that an authority then stamps."""

    def change(update: Update, _: Node) -> None:
        page = update.page()
        page["/Annots"] = node(list(reversed(list(page["/Annots"]))))

    return archive(_noted_twice(sealed), sealed.hands.authority, "Evil", change)


def _noted_twice(sealed: Sealed) -> bytes:
    """The file, its last page bearing two annotations."""
    if sealed.kind == "joint":
        return sealed.pdf
    return seal(sealed.hands, rich_pdf(), slots=JOINT[:1], countersigners=JOINT[1:2])


@variant("modified")
def archive_stamp_with_fields_reordered(sealed: Sealed) -> bytes:
    """Change which signature programs come to first."""

    def change(update: Update, _: Node) -> None:
        fields = list(update.form()["/Fields"])
        update.form()["/Fields"] = node([fields[-1], *fields[:-1]])

    return _archived(sealed, change)


@variant("modified", "unreadable", "stranger")
def archive_stamp_named_like_the_seal(sealed: Sealed) -> bytes:
    """Give the field of an archive time-stamp the name of the seal's field."""

    def change(_: Update, field: Node) -> None:
        field["/T"] = node(SEAL)

    return _archived(sealed, change)


@variant("modified", "stranger")
def archive_stamp_below_the_seal(sealed: Sealed) -> bytes:
    """Make the field of an archive time-stamp a child of the seal's field."""

    def change(update: Update, field: Node) -> None:
        field["/Parent"] = update.field_reference()

    return _archived(sealed, change)
