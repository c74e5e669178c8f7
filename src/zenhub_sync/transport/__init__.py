"""Calls as values, and the senders that put them on the wire: retrying, limiting, authenticating, httpx."""
