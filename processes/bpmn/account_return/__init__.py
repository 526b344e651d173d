"""The way back into an account that slept: its owner asks, who answers for them decides."""
