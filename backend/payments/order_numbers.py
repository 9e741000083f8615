"""Numbers of orders: the merchant's own, on every platform."""

from datetime import datetime

from backend.database import Database


async def next_order_number(database: Database, now: datetime) -> str:
    """`ZK`, the day and ten digits: letters and digits only, as every platform takes it; never given twice."""
    (row,) = await database.rows("SELECT nextval('payment_order_sequence') AS number")
    return f"ZK{now:%Y%m%d}{row['number']:010d}"
