"""Images and documents of releases: checks, cleaning, storage and media kits."""
