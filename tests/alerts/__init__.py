"""Alerts by e-mail, against a real SMTP server, database and index."""
