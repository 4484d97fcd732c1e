"""Cache of complete public responses, valid while the database state is the same.

docs/response-cache.md explains why a cached response is never out of date.
"""

from releases.web.response_cache.changes import Changes, Shown
from releases.web.response_cache.policy import (
    CacheControl,
    attach_state,
    cache_controls,
    cached_per_state,
    set_cache_policy,
    set_shown,
    state_of,
)

__all__ = [
    "CacheControl",
    "Changes",
    "Shown",
    "attach_state",
    "cache_controls",
    "cached_per_state",
    "set_cache_policy",
    "set_shown",
    "state_of",
]
