"""Zendesk and HubSpot as one in-memory world behind real HTTP, written from the vendors' facts alone."""
