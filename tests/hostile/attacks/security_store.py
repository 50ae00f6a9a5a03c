"""The document security store poisoned, emptied, or used to carry something (/DSS)."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from signing.keys import generate_key
from signing.trust import certs
from tests.hostile.attacks.registry import variant
from tests.hostile.attacks.sealed import Sealed, with_store
from tests.hostile.attacks.update import Update, dictionary, node, store
from tests.support.attacks import stranger


@variant("modified")
def store_holds_a_message(sealed: Sealed) -> bytes:
    """Carry any file under the seal, as a certificate of the store."""
    return store(sealed.pdf, Certs=(b"%PDF-1.7 tomorrow's page",))


@variant("modified")
def store_holds_a_message_behind_a_certificate(sealed: Sealed) -> bytes:
    """Carry it behind a genuine certificate."""
    held = sealed.hands.world.pilot.certificates()[0]
    return store(sealed.pdf, Certs=(held + b"tomorrow's page",))


@variant("modified")
def store_holds_a_list_as_a_certificate(sealed: Sealed) -> bytes:
    """Have a reader take one thing for the other."""
    return store(sealed.pdf, Certs=sealed.hands.world.pilot.crls())


@variant("modified")
def store_holds_junk_responses(sealed: Sealed) -> bytes:
    """Make a reader stumble over what should be an OCSP response."""
    return store(sealed.pdf, OCSPs=(b"\x30\x03\x0a\x01",))


@variant("modified")
def store_holds_further_entries(sealed: Sealed) -> bytes:
    """Carry something under a name of its own."""
    return store(sealed.pdf, Evil=(b"tomorrow's page",))


@variant("modified")
def store_points_out_of_the_file(sealed: Sealed) -> bytes:
    """Have a certificate fetched from outside."""
    update = Update.of(sealed.pdf)
    held = sealed.hands.world.pilot.certificates()[0]
    stream = update.stream(held, F="https://www.example.org/dishonest")
    update.root["/DSS"] = update.add(dictionary(Certs=[stream]))
    return update.done()


@variant("modified", "unreadable")
def store_points_at_the_page(sealed: Sealed) -> bytes:
    """Make the store's reader take the page's content for a certificate."""
    update = Update.of(sealed.pdf)
    content = update.page_reference(0).get_object().raw_get("/Contents")
    update.root["/DSS"] = update.add(dictionary(Certs=[content]))
    return update.done()


@variant("modified")
def store_for_a_single_signature_poisoned(sealed: Sealed) -> bytes:
    """Carry a message in the set for one signature (/VRI)."""
    update = Update.of(sealed.pdf)
    held = dictionary(Cert=[update.stream(b"tomorrow's page")])
    name = "A" * 40
    update.root["/DSS"] = update.add(dictionary(VRI=dictionary(**{name: update.add(held)})))
    return update.done()


@variant("modified", "unreadable")
def store_that_is_no_dictionary(sealed: Sealed) -> bytes:
    """Make a reader stumble."""
    update = Update.of(sealed.pdf)
    update.root["/DSS"] = node([1, 2, 3])
    return update.done()


@variant("modified", kinds=("extended",))
def store_removed(sealed: Sealed) -> bytes:
    """Take the proof away that the archive kept."""
    update = Update.of(sealed.pdf)
    del update.root["/DSS"]
    return update.done()


@variant("modified", kinds=("extended",))
def store_overwritten(sealed: Sealed) -> bytes:
    """Exchange a certificate of the store under its own number."""
    update = Update.of(sealed.pdf)
    stream = update.writer.root["/DSS"]["/Certs"][0].get_object()
    stream._data, stream._encoded_data = stranger().certificate, None
    update.writer.update_container(stream)
    return update.done()


@variant("store")
def store_holds_a_stranger(sealed: Sealed) -> bytes:
    """Let a certificate of the attacker's own travel with the proof, to be taken for part of it."""
    return store(sealed.pdf, Certs=(stranger("国务院办公厅").certificate,))


@variant("store")
def store_holds_a_stranger_that_names_a_known_issuer(sealed: Sealed) -> bytes:
    """The same, the certificate claiming to be issued by the province's authority."""
    issuer = sealed.hands.world.pilot.authority("province")
    return store(sealed.pdf, Certs=(stranger("国务院办公厅", issuer=issuer).certificate,))


@variant("store")
def store_holds_a_list_of_a_stranger(sealed: Sealed) -> bytes:
    """Clear every certificate by a list that bears the authority's name and another's signature."""
    return store(sealed.pdf, CRLs=(forged_list(sealed),))


@variant("store")
def store_held_a_stranger_once(sealed: Sealed) -> bytes:
    """Leave the stranger in the file and take it out of sight by a clean store on top."""
    return with_store(sealed.hands, store_holds_a_stranger(sealed))


def forged_list(sealed: Sealed) -> bytes:
    """An empty revocation list, newer than any, in the province's name, by a key of nobody's."""
    now = sealed.hands.now
    key = generate_key()
    authority = certs.load(sealed.hands.world.pilot.authority("province"))
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.subject)
        .last_update(now)
        .next_update(now + timedelta(days=3000))
        .add_extension(x509.CRLNumber(999_999), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )
