"""Baidu smart programs: login, app tokens, the cashier and its notifications, the AI cloud's faces, the chat.

Written from documentation of 2020 to 2023; no library nobody here wrote checks it. What is unconfirmed there is this
sandbox's choice too: the errors of a used code, what a cancelled order's signed orderInfo does, and how often a
notification is repeated; and the codes in `faces.py`.
"""
