"""Webhooks: other systems are told of what happens to cases, in ids and states, signed, at least once."""
