"""From the outbox to HubSpot: the only place that writes there, and the place that finds out what became of a write."""
