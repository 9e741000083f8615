"""WeChat Pay's APIv3 for a direct merchant: orders of mini-programs, refunds, notifications."""
