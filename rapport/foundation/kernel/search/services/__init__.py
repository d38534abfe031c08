"""Keeps the search index true inside every act, and its spelling after it."""

from rapport.foundation.kernel.search.services.indexing import keep_up, project, rebuild, reindex
from rapport.foundation.kernel.search.services.spelling import learn

__all__ = ["keep_up", "learn", "project", "rebuild", "reindex"]
