"""E-mail: an outbox written with the action, and the worker that sends it."""
