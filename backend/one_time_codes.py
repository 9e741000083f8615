"""One-time codes that people read out and type: 50 bits, in letters and digits that aren't taken for one another."""

import secrets
from typing import Final

from backend.personal_data import normal

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U (Crockford's base 32)."""
MISREAD: Final = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


def new_code() -> str:
    """`7K3QM-90XTA`."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def spelt_code(code: str) -> str:
    """As it was meant, however it was typed: width, case, dashes, and letters taken for digits."""
    return normal(code).translate(MISREAD)
