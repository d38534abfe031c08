"""The first of what may be many more."""

from collections.abc import Sequence


class First[T](list[T]):
    """Up to `most` of the rows given; whoever asks for one row more than that learns whether these are all."""

    def __init__(self, rows: Sequence[T], most: int) -> None:
        super().__init__(rows[:most])
        self.is_all = len(rows) <= most

    @property
    def number(self) -> str:
        """How many there are, as far as was looked: "7", or "20+"."""
        return str(len(self)) if self.is_all else f"{len(self)}+"
