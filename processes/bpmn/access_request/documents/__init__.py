"""The papers of the access request: frozen values in, a letter out that is the same for the same values."""

from .application import Application, application, application_input
from .certificate import Certificate, certificate, certificate_input
from .commitment import Commitment, commitment, commitment_input
from .decision import DecisionLetter, decision_letter, letter_input
from .extract import Extract, extract_input, register_extract

__all__ = [
    "Application",
    "Certificate",
    "Commitment",
    "DecisionLetter",
    "Extract",
    "application",
    "application_input",
    "certificate",
    "certificate_input",
    "commitment",
    "commitment_input",
    "decision_letter",
    "extract_input",
    "letter_input",
    "register_extract",
]
