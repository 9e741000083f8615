"""What candidates ask and whom: inquiries, their messages, and the accounts that a site helps people back into."""
