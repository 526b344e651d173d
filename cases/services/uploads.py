"""Uploads: a file given in a task, before its answers are sent."""

from uuid import UUID

from accounts.actors import Actor
from cases import audit, documents
from cases.documents import UploadRefused
from cases.errors import FieldError, FieldsUnknown, FormInvalid
from cases.forms.checking import error
from cases.models import Document

from .acting import act
from .answers import UNKNOWN, form_of
from .completing import refuse
from .locking import lock_task


def attach_document(
    task_public_id: UUID | str, *, user: Actor, field: str, name: str, content: bytes
) -> Document:
    """Keep a file for a file question of the task's form; sent twice it is one document.

    NotFound, NotAllowed, TaskNotOpen, FieldsUnknown, FormInvalid.
    """
    with act(user, "document.upload", f"task:{task_public_id}"):
        held = lock_task(task_public_id, user)
        refuse(held)
        form = form_of(held.definition, held.locked.definition_id, held.task.form_key)
        asked = next((one for one in form.fields if one.name == field and one.kind == "file"), None)
        if asked is None:
            raise FieldsUnknown((FieldError(field[:100], "unknown", *UNKNOWN),))
        try:
            document = documents.attach(
                held.case,
                task=held.task,
                field=field,
                title_lv=asked.label_lv,
                title_en=asked.label_en,
                name=name,
                content=content,
                author=user,
                now=held.now,
                signs=asked.signs,
            )
        except UploadRefused as refused:
            raise FormInvalid((error(asked, refused.code),)) from None
        about, fields = f"task:{held.task.public_id}", {"document": str(document.public_id), "field": field}
        audit.record(held.case, user, "document.uploaded", about, fields, held.now)
        return document
