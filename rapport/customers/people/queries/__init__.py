"""What pages ask of people."""

from rapport.customers.people.queries.asking import (
    Parts,
    known_parties,
    members_of,
    next_day,
    owner_choices,
    parts_of,
    same_contact,
)

__all__ = ["Parts", "known_parties", "members_of", "next_day", "owner_choices", "parts_of", "same_contact"]
