"""Alerts: what people subscribe to, and who is told of a release when."""
