"""Tests of the outbox of e-mail."""
