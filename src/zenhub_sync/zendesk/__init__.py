"""Zendesk as it is: models (what its JSON says), wire (an endpoint is a value), client (one line each)."""
