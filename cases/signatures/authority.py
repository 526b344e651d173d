"""The demonstration's certification authority: made from the secret key, trusted nowhere else."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

BEGINS: Final = datetime(2000, 1, 1, tzinfo=UTC)
ENDS: Final = datetime(2099, 12, 31, tzinfo=UTC)
_CURVE: Final = ec.SECP256R1()
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_ORGANISATION: Final = "VIIS demonstrācija"


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody's key with the certificate that says whose it is."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Authority:
    """A root and the authority under it that issues people's certificates."""

    root: x509.Certificate
    issuing: Signer
    secret: bytes = field(repr=False)

    @classmethod
    def of_demonstration(cls) -> Self:
        """The same one in every process of this installation."""
        return cls.made_from(f"demonstration:{settings.SECRET_KEY}")

    @classmethod
    @cache
    def made_from(cls, secret: str) -> Self:
        """The authority whose every key follows from the secret."""
        seed = sha256(secret.encode()).digest()
        root, issuing = _key(seed, "root"), _key(seed, "issuing")
        name, below = _name("VIIS demonstrācijas sakne"), _name("VIIS demonstrācijas izdevējs")
        top = _certificate(name, name, root, root, authority=1)
        return cls(top, Signer(_certificate(below, name, issuing, root, authority=0), issuing), seed)

    def signer(
        self, *, given: str, family: str, code: str, begins: datetime = BEGINS, ends: datetime = ENDS
    ) -> Signer:
        """A person's key and certificate; `code` as people write it, `010190-12345`."""
        serial = f"PNOLV-{code}"
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "LV"),
                x509.NameAttribute(NameOID.COMMON_NAME, f"{given} {family}"[:64]),
                x509.NameAttribute(NameOID.SURNAME, family[:64]),
                x509.NameAttribute(NameOID.GIVEN_NAME, given[:64]),
                x509.NameAttribute(NameOID.SERIAL_NUMBER, serial),
            ]
        )
        key = _key(self.secret, f"{serial}:{begins}:{ends}")
        issuer = self.issuing.certificate.subject
        return Signer(_certificate(subject, issuer, key, self.issuing.key, begins=begins, ends=ends), key)


def _key(seed: bytes, use: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(sha256(seed + use.encode()).digest()) % (_ORDER - 1) + 1
    return ec.derive_private_key(number, _CURVE)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "LV"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuing: ec.EllipticCurvePrivateKey,
    *,
    authority: int | None = None,
    begins: datetime = BEGINS,
    ends: datetime = ENDS,
) -> x509.Certificate:
    """A certificate; `authority` is how many authorities may stand below it, None for a person's."""
    is_authority = authority is not None
    public = key.public_key()
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    identity = x509.SubjectKeyIdentifier.from_public_key(public)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        # 20 bytes at most, positive, the same for the same key.
        .serial_number(int.from_bytes(sha256(identity.digest).digest()[:16]) + 1)
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=authority), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identity, critical=False)
        .add_extension(above, critical=False)
    )
    return builder.sign(issuing, hashes.SHA256(), ecdsa_deterministic=True)
