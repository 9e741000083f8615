"""Alipay's gateway for one mini-program in public-key mode: login, trades, notifications, faces."""
