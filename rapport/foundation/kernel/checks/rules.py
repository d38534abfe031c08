"""One thing looked at: what was found, and what mends it where it is not well."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `name` and `fix` are English, marked to be translated where they are shown."""

    name: str
    ok: bool
    detail: str
    fix: str = ""

    def as_dict(self) -> dict[str, str | bool]:
        """As a script reads it; what is well needs no mending."""
        return asdict(self) | ({"fix": ""} if self.ok else {})
