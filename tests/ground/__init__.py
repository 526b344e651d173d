"""The ground: environment, database, servers, settings, house rules."""
