"""Baidu smart programs: login, the cashier, and the AI cloud's face page. Tried against our own sandbox only.

There is no library that nobody here wrote, the public documentation is of 2020 to 2023, and besides one real
notification of 2018 nothing published can be verified. What is unconfirmed, each with the place of our choice:
- the errno of a used, expired or foreign login code (`login.py`, `REFUSED_CODES`), and of an order that isn't there
  (`pay.py`, `NOT_THERE`);
- the gateway's error codes for this family of calls (`api.py`), published for Baidu's open platform;
- when an order that is found by asking was paid: the answer tells only when the cashier opened (`pay.py`, `_found`);
- that a notification is no older than its last repeat: it carries no time of sending, so age is not checked and a
  replay is found by its order (`pay.py`, `read`);
- the errors of a name or number that the face plan won't take, and of a face not shown yet (`faces.py`, `BAD_NAME`,
  `BAD_NUMBER`, `NOT_SHOWN`); that a verification's code is of the family published for the direct call
  (`NOT_IN_RECORDS`, `NO_COMPARISON`, `POOR_PICTURE`); that any other code, once the authority was asked, is a failed
  face (`_failed`); whether the person stands in each verification or beside them all (`_outcome` takes either);
- that a web-view may open the face page at Baidu's own address; where not, `ZHUNKAO_BAIDU_FACE_PAGE_URL` names a page
  of our own domain that leads there;
- where a push's signature stands, what its number for us is (the AppID of its console), and whether its signature is
  over anything but the time in plain mode (`messages.py`, `read`);
- the `user_type` of somebody who writes in the chat (`messages.py`, `SIGNED_IN`);
- whether the callback's address could stand in the orderInfo: it is registered in Baidu's console, as documented.
"""
