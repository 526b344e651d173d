"""The first page of a document as a picture, drawn once by a program of its own that can do no harm."""

from .making import preview

__all__ = ["preview"]
