"""The audit: what was done, refused, read and searched, in chains of hashes that show any tampering."""

from .chain import Entry, chain_of, keyed_hash
from .days import (
    record_act,
    record_link_opened,
    record_link_refused,
    record_list,
    record_offered,
    record_read,
    record_refusal,
    record_sign_in,
    record_sign_out,
    record_staff,
)
from .gathering import gathered
from .record import record
from .sealed import verify_against, verify_seals
from .seals import seal_audit
from .verify import Finding, verify

__all__ = [
    "Entry",
    "Finding",
    "chain_of",
    "gathered",
    "keyed_hash",
    "record",
    "record_act",
    "record_link_opened",
    "record_link_refused",
    "record_list",
    "record_offered",
    "record_read",
    "record_refusal",
    "record_sign_in",
    "record_sign_out",
    "record_staff",
    "seal_audit",
    "verify",
    "verify_against",
    "verify_seals",
]
