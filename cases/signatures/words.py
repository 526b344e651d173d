"""The results of a validation in words, in both languages."""

from dataclasses import dataclass
from typing import Final

from .results import Code


@dataclass(frozen=True, slots=True)
class Words:
    """A short result and a sentence that says what it means, or what to do."""

    short_lv: str
    short_en: str
    lv: str
    en: str


WORDS: Final[dict[Code, Words]] = {
    "valid": Words(
        "Paraksts ir derīgs",
        "The signature is valid",
        "Dokuments pēc parakstīšanas nav mainīts, un to ir parakstījis īstais cilvēks.",
        "The document has not changed since it was signed, and the right person signed it.",
    ),
    "changed": Words(
        "Pēc parakstīšanas mainīts",
        "Changed after signing",
        "Datne pēc parakstīšanas ir mainīta, tāpēc paraksts vairs neder. Parakstiet dokumentu vēlreiz.",
        "The file was changed after it was signed, so the signature does not hold. Sign it again.",
    ),
    "other_signer": Words(
        "Parakstījis kāds cits",
        "Signed by someone else",
        "Datni ir parakstījis kāds cits. Šo dokumentu varat parakstīt tikai jūs ar savu parakstu.",
        "Someone else signed the file. Only you can sign this document, with your own signature.",
    ),
    "expired": Words(
        "Sertifikāta termiņš beidzies",
        "The certificate has expired",
        "Paraksta sertifikāta termiņš ir beidzies. Atjaunojiet sertifikātu un parakstiet dokumentu vēlreiz.",
        "The certificate of the signature has expired. Renew it and sign the document again.",
    ),
    "not_yet_valid": Words(
        "Sertifikāts vēl nav spēkā",
        "The certificate is not valid yet",
        "Paraksta sertifikāts vēl nav spēkā. Parakstiet dokumentu ar sertifikātu, kas jau ir spēkā.",
        "The certificate of the signature is not valid yet. Sign the document with one that is.",
    ),
    "not_trusted": Words(
        "Paraksta izdevējs nav uzticams",
        "The signature's issuer is not trusted",
        "Parakstu nav izsniedzis uzticams izdevējs. Parakstiet dokumentu ar drošu elektronisko parakstu, "
        "piemēram, eParakstu.",
        "The issuer of the signature is not trusted. Sign the document with a secure electronic signature, "
        "such as eParaksts.",
    ),
    "revoked": Words(
        "Sertifikāts ir atsaukts",
        "The certificate is revoked",
        "Paraksta sertifikāts ir atsaukts. Parakstiet dokumentu ar derīgu sertifikātu.",
        "The certificate of the signature is revoked. Sign the document with a valid one.",
    ),
    "not_signed": Words(
        "Nav parakstīts",
        "Not signed",
        "Datnē nav elektroniskā paraksta. Vispirms parakstiet lejupielādēto dokumentu, tad pievienojiet to.",
        "The file has no electronic signature. First sign the document you downloaded, then attach it.",
    ),
    "damaged": Words(
        "Paraksts ir bojāts",
        "The signature is damaged",
        "Paraksts datnē ir bojāts, un to nevar nolasīt. Parakstiet dokumentu vēlreiz.",
        "The signature in the file is damaged and cannot be read. Sign the document again.",
    ),
    "other_document": Words(
        "Parakstīts cits dokuments",
        "Another document was signed",
        "Šis nav dokuments, kas jums jāparaksta. Lejupielādējiet to šajā lapā un parakstiet, neko nemainot.",
        "This is not the document that you have to sign. Download it from this page and sign it unchanged.",
    ),
    "not_validated": Words(
        "Paraksts nav pārbaudīts",
        "The signature is not validated",
        "Uzticamības saraksta šeit nav, tāpēc parakstu pārbaudīs ministrijas amatpersona.",
        "There is no trust list here, so an officer of the ministry will check the signature.",
    ),
    "container": Words(
        "Paraksts nav pārbaudīts",
        "The signature is not validated",
        "Konteiners ir vesels, un tajā ir īstais dokuments. Parakstu tajā pārbaudīs ministrijas amatpersona.",
        "The container is whole and holds the right document. An officer of the ministry will check its "
        "signature.",
    ),
    "revocation_unknown": Words(
        "Nav zināms, vai sertifikāts nav atsaukts",
        "It is not known whether the certificate is revoked",
        "Svaiga atsaukto sertifikātu saraksta šeit nav, tāpēc parakstu pārbaudīs ministrijas amatpersona.",
        "There is no fresh list of revoked certificates here, so an officer of the ministry will check it.",
    ),
    "additions": Words(
        "Paraksts neaptver visu datni",
        "The signature does not cover the whole file",
        "Pēc paraksta datnei pievienotas pārbaudes ziņas, tāpēc parakstu pārbaudīs ministrijas amatpersona.",
        "Validation data was added after the signature, so an officer of the ministry will check it.",
    ),
    "other_signature": Words(
        "Citu parakstu nevar pārbaudīt",
        "Another signature cannot be validated",
        "Datnē ir vēl viens paraksts, kura izdevējs nav uzticams. To pārbaudīs ministrijas amatpersona.",
        "One more signature has an issuer who is not trusted. An officer of the ministry will check it.",
    ),
    "covering": Words(
        "Paraksta attēls aizsedz tekstu",
        "The picture of the signature hides text",
        "Paraksta attēls lapā ir ļoti liels, tāpēc dokumentu pārbaudīs ministrijas amatpersona.",
        "The picture of the signature is very large, so an officer of the ministry will check the document.",
    ),
    "time_unclear": Words(
        "Parakstīšanas laiks nav skaidrs",
        "The time of signing is unclear",
        "Paraksta laika datnē nav, vai tas ir nākotnē. Parakstu pārbaudīs ministrijas amatpersona.",
        "The file has no time of signing, or one in the future. An officer of the ministry will check it.",
    ),
}
