"""The audit: what was done, refused, read and searched, in chains of hashes that show any tampering."""

from .chain import Entry, chain_of, keyed_hash
from .days import record_act, record_link_opened, record_read, record_refusal, record_search, record_sign_in
from .record import record
from .verify import Finding, verify

__all__ = [
    "Entry",
    "Finding",
    "chain_of",
    "keyed_hash",
    "record",
    "record_act",
    "record_link_opened",
    "record_read",
    "record_refusal",
    "record_search",
    "record_sign_in",
    "verify",
]
