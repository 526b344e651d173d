"""Celery on RabbitMQ: how many machines run jobs; a message says nothing but "look"."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import setup_logging
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

from django.conf import settings

QUEUE = "viis"
LOOK_EVERY_SECONDS = 10.0

app = Celery("viis", broker=settings.CELERY_BROKER_URL or None, backend=None, set_as_current=True)
app.conf.update(
    task_queues=[Queue(QUEUE, queue_arguments={"x-queue-type": "quorum"})],
    task_default_queue=QUEUE,
    worker_detect_quorum_queues=True,
    # A job's truth is its row: a message may come twice, and may be lost with the broker.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    broker_transport_options={"confirm_publish": True},
    broker_connection_retry_on_startup=True,
    # A lost broker must not hold up the person whose step is already committed.
    broker_connection_timeout=2,
    task_publish_retry=False,
    enable_utc=True,
    # The sweeper: whatever no message announced is found by looking.
    beat_schedule={"look": {"task": "engine.look", "schedule": LOOK_EVERY_SECONDS}},
    beat_schedule_filename=str(settings.VAR_DIR / "celerybeat-schedule"),
)
app.autodiscover_tasks(["engine"], related_name="worker")


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Stop Celery from replacing the product's logging."""
