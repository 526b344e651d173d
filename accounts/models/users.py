"""The user: signs in, and is a person of the register."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from registries.models import Person


class ClosedBecause(models.TextChoices):
    """Why a user may not sign in; empty while they may, or where a person closed the account."""

    NO_ROLES = "no_roles"
    INACTIVE = "inactive"


class UserManager(BaseUserManager["User"]):
    """Makes and finds users, each with their person: who acts is always shown by name."""

    def get_queryset(self) -> "models.QuerySet[User]":
        """Users joined with their persons."""
        return super().get_queryset().select_related("person")

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        """A saved user; without a password nobody can sign in until one is set."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who can sign in; what they may do follows from their roles alone."""

    ClosedBecause = ClosedBecause

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(max_length=100, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="user")
    language = models.CharField(max_length=2, default="lv")
    keyboard = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_because = models.CharField(max_length=20, choices=ClosedBecause.choices, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.username
