"""The key that signs seals: a file that the settings name, never in the database; its id is public."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

_MAKE: Final = "manage.py make_audit_key FILE"


class SealKeyMissing(Exception):
    """There is no key to sign seals with; make one and name its file in AUDIT_SEAL_KEY."""


@dataclass(frozen=True, slots=True)
class SealKey:
    """A private key with the 32 bytes of its public key."""

    private: Ed25519PrivateKey
    public: bytes

    @property
    def id(self) -> str:
        """The first 16 hexadecimal digits of the public key's sha256."""
        return key_id(self.public)

    def sign(self, digest: bytes) -> bytes:
        """64 bytes of Ed25519."""
        return self.private.sign(digest)


def key_id(public: bytes) -> str:
    """What seals call a key."""
    return sha256(public).hexdigest()[:16]


def signing_key() -> SealKey:
    """The key that seals now; SealKeyMissing. The demo makes its own."""
    path = Path(settings.AUDIT_SEAL_KEY) if settings.AUDIT_SEAL_KEY else None
    if path is None:
        raise SealKeyMissing("AUDIT_SEAL_KEY is not set.")
    if not path.exists():
        if not settings.AUDIT_SEAL_KEY_MADE:
            raise SealKeyMissing("The file that AUDIT_SEAL_KEY names is not there.")
        make_key(path)
    return read_key(path)


def former_keys() -> list[SealKey]:
    """The keys that sealed before and are still here to announce their successor."""
    return [read_key(Path(path)) for path in settings.AUDIT_SEAL_KEYS_BEFORE if Path(path).exists()]


def read_key(path: Path) -> SealKey:
    """The key in a PEM file; SealKeyMissing if it is no Ed25519 key."""
    private = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise SealKeyMissing("The key that seals must be Ed25519.")
    return SealKey(private, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def make_key(path: Path) -> SealKey:
    """A fresh key in a file that only its owner reads; FileExistsError rather than another key's end."""
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(pem)
    return read_key(path)
