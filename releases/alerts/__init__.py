"""Alerts: subscriptions, and the mails and calls about releases that follow from them."""
