"""Images and documents of a release: checked by content, cleaned, drawn, packed."""
