"""Converters of documents, pages, mail and feeds; they run in the sandbox process only."""
