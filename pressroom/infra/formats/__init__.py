"""Date formats per language, where they differ from Django's."""
