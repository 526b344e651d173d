"""The rows of `exchange`."""

from .webhooks import WebhookDelivery, WebhookEvent, WebhookSubscription

__all__ = ["WebhookDelivery", "WebhookEvent", "WebhookSubscription"]
