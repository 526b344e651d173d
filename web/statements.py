"""The plain pages at the foot: accessibility, personal data, help."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from web.pages import render


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How far these pages can be used by everybody, and how that is checked."""
    return render(request, "accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people."""
    return render(request, "privacy.html")


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Answers to what people ask."""
    return render(request, "help.html")
