"""One thing looked at: what was found, and what mends it where it is not well."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `name` and `fix` are English, marked to be translated where they are shown.

    What nobody has set up yet (`is_begun` is False) is not well, but nothing broke: it is said where checks are read
    and alarms nobody."""

    name: str
    ok: bool
    detail: str
    fix: str = ""
    is_begun: bool = True

    @property
    def is_alarming(self) -> bool:
        """Whether it is to be said on every page, and by mail."""
        return self.is_begun and not self.ok

    def as_dict(self) -> dict[str, str | bool]:
        """As a script reads it; what is well needs no mending."""
        return {"name": self.name, "ok": self.ok, "detail": self.detail, "fix": "" if self.ok else self.fix}
