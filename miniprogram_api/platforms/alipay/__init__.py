"""Alipay: mini-program login and payment over the gateway's version 2, in public-key mode.

Unconfirmed on the platform's side, each with the place where our choice stands:
- that the same trade_no comes back when an order is created again after a lost answer (`pay.py`, `open`);
- how long a notification may be on its way (`pay.py`, `FRESH`), taken from the documented ladder of repeats;
- which ids of a payer are user ids and not open ids (`pay.py`, `USER_ID`);
- that a refused login has no code of its own for a blocked user (`login.py`).
"""
