"""Money is an amount in a currency: whole minor units in the database, exact decimals in between."""

from decimal import Decimal

from msgspec import Struct

# Currencies whose minor unit is not a hundredth, per ISO 4217.
_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "ISK": 0, "CLP": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3, "JOD": 3}


class Money(Struct, frozen=True):
    """An amount in whole minor units of an ISO 4217 currency."""

    minor: int
    currency: str

    @property
    def amount(self) -> Decimal:
        """The same in major units, exact."""
        return Decimal(self.minor).scaleb(-_DIGITS.get(self.currency, 2))
