"""From Zendesk's words to ours: fetch a page, look up who it belongs to, translate."""
