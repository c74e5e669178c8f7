"""The unattended service; APScheduler stays here."""
