"""What a registration costs: the area's price by level, for each subject."""

from collections.abc import Mapping


def amount_fen(prices: Mapping[str, int], *, level: str, subjects: int) -> int | None:
    """Fen for that many subjects; None where no price was published for the level, or nothing is sat."""
    price = prices.get(level)
    return price * subjects if price is not None and subjects > 0 else None
