"""Alipay: mini-program login, payment and face verification over the gateway's version 2, in public-key mode.

Unconfirmed on the platform's side, each with the place where our choice stands:
- that the same trade_no comes back when an order is created again after a lost answer (`pay.py`, `open`);
- how long a notification may be on its way (`pay.py`, `FRESH`), taken from the documented ladder of repeats;
- which ids of a payer are user ids and not open ids (`pay.py`, `USER_ID`);
- that a refused login has no code of its own for a blocked user (`login.py`);
- that the face page leads back into the mini-program by the address we give it (`faces.py`, `return_url`);
- that only a failed face has a `fail_reason`, and that a name or number Alipay won't take has the one code known of a
  faulty call (`faces.py`, `outcome`, `REFUSED_PERSON`);
- that an `open_id` beside name and number would hold the certificate to that user: the libraries have the field, nobody
  says what it does, so we don't send it. Who opens the page isn't checked by Alipay, who completes the login is by us.
"""
