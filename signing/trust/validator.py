"""What the path validator asks about one signature: SM2 by our suite, the rest as it knows them."""

from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.keys import PublicKeyInfo
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
)

from signing import suites
from signing.der import NotDer
from signing.errors import SignatureInvalid, WeakAlgorithm
from signing.gm.sm2 import Sm2PublicKey


class SuiteValidator(DefaultSignatureValidator):
    """Signatures of both suites. A key or algorithm of neither ends as an invalid signature."""

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: PublicKeyInfo,
        signature_algorithm: SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        """Raises `InvalidSignature`."""
        announced = signature_algorithm["algorithm"].dotted
        try:
            if announced not in suites.GM.algorithm_identifiers():
                super().validate_signature(
                    signature, signed_data, public_key_info, signature_algorithm, context
                )
                return
            key = Sm2PublicKey.from_spki(public_key_info.dump())
            suites.verify_with(key, signature, signed_data, signature_oid=announced)
        except (SignatureInvalid, WeakAlgorithm, NotDer, UnsupportedAlgorithm) as error:
            raise InvalidSignature from error
