"""Whether this is the demo, and who can sign in there."""

from typing import Any

from django.conf import settings

from web.words import pick


def is_demo() -> bool:
    """Whether this is the demo, where everybody may sign in as anybody."""
    return bool(getattr(settings, "DEMO", False))


def may_practise() -> bool:
    """Whether there are processes to practise on."""
    return is_demo() and settings.DEMONSTRATION_PROCESSES_DIR is not None


def demo_sign_ins() -> dict[str, Any]:
    """The demo's people for the sign-in page; nothing anywhere else."""
    if not is_demo():
        return {}
    from accounts import seed

    people = [
        {"username": who.username, "role": pick(who, "role_label"), "what_to_do": pick(who, "what_to_do")}
        for who in seed.SIGN_INS
    ]
    passwords = {who.password for who in seed.SIGN_INS}
    return {"sign_ins": people, "demo_password": " / ".join(sorted(passwords))}
