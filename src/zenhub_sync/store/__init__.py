"""What must survive a crash: cursors, mirror, outbox, directory, runs and the lease. SQLAlchemy stays here."""
