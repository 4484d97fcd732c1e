"""Images and documents of releases: checking, cleaning, storing, packing."""
