"""Zendesk tickets come in, we plan what HubSpot should be told, we store that intention, and we deliver it."""
