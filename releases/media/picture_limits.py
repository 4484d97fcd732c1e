"""Limits of uploaded pictures, in pixels."""

MAX_PIXELS = 64_000_000  # the largest common press cameras
MAX_SIDE = 16_000  # WebP allows 16,383
