"""Addresses of which the first breaks."""

from typing import NoReturn

from django.http import HttpRequest
from django.urls import path

from config import urls


def broken(request: HttpRequest) -> NoReturn:
    raise LookupError


handler500 = urls.handler500
urlpatterns = [path("", broken), *urls.urlpatterns]
