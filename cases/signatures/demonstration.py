"""Signs papers as an outside tool would, with keys of the demonstration's authority; nowhere else."""

import asyncio
import io
from datetime import datetime
from typing import Final

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import serialization
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from registries.codes import format_code
from registries.models import Person
from registries.queries import current_code

from .authority import Authority, Signer
from .loops import with_own_loop

FIELD: Final = "Paraksts"
ROOM: Final = 8192


class NotADemonstration(Exception):
    """Nobody signs for anybody outside the demonstration and the tests."""


def sign_paper(paper: bytes, person: Person, *, now: datetime) -> bytes:
    """The paper as a PDF with the person's demonstration signature; NotADemonstration."""
    if not getattr(settings, "DEMO", False):
        raise NotADemonstration
    authority = Authority.of_demonstration()
    code = format_code(current_code(person))
    signer = authority.signer(given=person.given_name, family=person.family_name, code=code)
    return sign(paper, signer, authority, now=now)


def sign(paper: bytes, signer: Signer, authority: Authority, *, now: datetime) -> bytes:
    """The paper with one more signature, as an incremental update; in an empty field, if there is one."""
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register(_asn1(authority.issuing))
    simple = signers.SimpleSigner(signing_cert=_asn1(signer), signing_key=_key(signer), cert_registry=store)
    writer = IncrementalPdfFileWriter(io.BytesIO(paper), strict=True)
    empty = [name for name, *_ in fields.enumerate_sig_fields(writer, filled_status=False)]
    taken = len(list(fields.enumerate_sig_fields(writer)))
    name = empty[0] if empty else f"{FIELD}{taken + 1}"
    metadata = signers.PdfSignatureMetadata(
        field_name=name, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    pdf_signer = signers.PdfSigner(metadata, signer=simple)
    return with_own_loop(lambda: asyncio.run(_signed(writer, pdf_signer, now)))


async def _signed(writer: IncrementalPdfFileWriter, pdf_signer: signers.PdfSigner, now: datetime) -> bytes:
    session = pdf_signer.init_signing_session(writer)
    session.system_time = now
    prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=ROOM)
    output = io.BytesIO()
    digested, _ = prepared.digest_tbs_document(output=output)
    attributes = PdfCMSSignedAttributes(signing_time=now)
    done = await prepared.perform_signature(digested.document_digest, attributes)
    await done.post_signature_processing(output)
    return output.getvalue()


def _asn1(signer: Signer) -> asn1.Certificate:
    return asn1.Certificate.load(signer.certificate.public_bytes(serialization.Encoding.DER))


def _key(signer: Signer) -> keys.PrivateKeyInfo:
    return keys.PrivateKeyInfo.load(
        signer.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
