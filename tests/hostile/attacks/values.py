"""Universal forgery: the signature dictionary robbed of what would convict it (USF)."""

from functools import partial

from tests.hostile.attacks.raw import body_of, increment, with_value_text
from tests.hostile.attacks.registry import enter, variant
from tests.hostile.attacks.sealed import Sealed
from tests.hostile.attacks.update import Node, Update, dictionary, node

_REFUSED = ("coverage", "digest", "unreadable", "cms", "modified")


def _rewritten(key: str, value: object, sealed: Sealed) -> bytes:
    """Write the signature dictionary anew with another entry, or without it."""
    update = Update.of(sealed.pdf)
    held = update.signature()
    if value is None:
        held.pop(key, None)
    else:
        held[key] = node(value)
    update.writer.update_container(held)
    return update.done()


for _name, _key, _value in (
    ("value_removed", "/Contents", None),
    ("value_empty", "/Contents", b""),
    ("value_of_one_byte", "/Contents", b"0"),
    ("value_a_number", "/Contents", 0),
    ("range_removed", "/ByteRange", None),
    ("range_emptied", "/ByteRange", []),
    ("subfilter_removed", "/SubFilter", None),
    ("subfilter_old", "/SubFilter", "/adbe.x509.rsa_sha1"),
    ("subfilter_sha1", "/SubFilter", "/adbe.pkcs7.sha1"),
    ("subfilter_of_time_stamps", "/SubFilter", "/ETSI.RFC3161"),
    ("subfilter_unknown", "/SubFilter", "/Evil.detached"),
    ("filter_unknown", "/Filter", "/Evil.Handler"),
    ("type_of_time_stamps", "/Type", "/DocTimeStamp"),
    ("type_unknown", "/Type", "/Evil"),
    ("reason_added", "/Reason", "other reason"),
    ("signer_renamed", "/Name", "国务院办公厅"),
    ("claimed_time_moved", "/M", "D:20200101000000+08'00'"),
    ("references_removed", "/Reference", None),
    ("certificate_beside", "/Cert", b"0"),
):
    enter(f"dictionary_{_name}", partial(_rewritten, _key, _value), *_REFUSED)


def _pointed(make: Node, sealed: Sealed) -> bytes:
    update = Update.of(sealed.pdf)
    update.field()["/V"] = make(update)
    return update.done()


@variant(*_REFUSED, "removed", "unsigned")
def value_null(sealed: Sealed) -> bytes:
    """Have the field hold null where the signature was."""
    update = Update.of(sealed.pdf)
    number = update.field_reference().get_object().raw_get("/V").idnum
    return increment(sealed.pdf, {(number, 0): b"null"})


@variant(*_REFUSED, "removed", "unsigned")
def value_a_new_dictionary(sealed: Sealed) -> bytes:
    """Point the field at a signature dictionary with nothing in it."""
    return _pointed(lambda update: update.add(dictionary(Type="/Sig")), sealed)


@variant(*_REFUSED)
def value_copied_to_a_new_object(sealed: Sealed) -> bytes:
    """Point the field at a copy of the honest dictionary that claims another time."""
    update = Update.of(sealed.pdf)
    honest = update.signature()
    copy = dictionary(**{str(key)[1:]: honest.raw_get(key) for key in honest})
    copy["/M"] = node("D:20200101000000+08'00'")
    update.field()["/V"] = update.add(copy)
    return update.done()


@variant(*_REFUSED)
def value_given_twice(sealed: Sealed) -> bytes:
    """Give the dictionary two values, of which readers take one or the other."""
    update = Update.of(sealed.pdf)
    number = update.field_reference().get_object().raw_get("/V").idnum
    body = body_of(sealed.pdf, number).replace(b"/Contents", b"/Contents <00> /Contents", 1)
    return increment(sealed.pdf, {(number, 0): body})


@variant(*_REFUSED)
def value_of_zeros(sealed: Sealed) -> bytes:
    """Leave nothing but padding."""
    return with_value_text(sealed.pdf, lambda text: b"0" * len(text))


@variant(*_REFUSED)
def value_of_blanks(sealed: Sealed) -> bytes:
    """Leave nothing between the brackets."""
    return with_value_text(sealed.pdf, lambda text: b" " * len(text))


@variant(*_REFUSED)
def value_with_blanks(sealed: Sealed) -> bytes:
    """Hide white space in the value, which readers skip and nothing signs."""
    return with_value_text(sealed.pdf, lambda text: text[:-2] + b" \n")


@variant(*_REFUSED)
def value_closed_early(sealed: Sealed) -> bytes:
    """End the value in the gap and put words behind it."""
    return with_value_text(
        sealed.pdf, lambda text: text[:-30] + b">" + b"/Reason (other words)".ljust(28) + b"<"
    )


@variant(*_REFUSED)
def value_padded_with_bytes(sealed: Sealed) -> bytes:
    """Carry a message in the padding behind the value."""
    return with_value_text(sealed.pdf, lambda text: text[:-8] + b"DEADBEEF")


@variant(*_REFUSED, "timestamp")
def value_with_its_last_byte_flipped(sealed: Sealed) -> bytes:
    """Break the value itself."""

    def flipped(text: bytes) -> bytes:
        end = len(text.rstrip(b"0")) - 1
        return text[:end] + b"%X" % (int(text[end : end + 1], 16) ^ 1) + text[end + 1 :]

    return with_value_text(sealed.pdf, flipped)


@variant(*_REFUSED)
def value_a_literal_string(sealed: Sealed) -> bytes:
    """Write the value in parentheses, where anything may stand."""
    pdf = sealed.pdf
    place = pdf.index(b"/Contents <") + len(b"/Contents ")
    end = pdf.index(b">", place)
    return pdf[:place] + b"(" + pdf[place + 1 : end] + b")" + pdf[end + 1 :]
