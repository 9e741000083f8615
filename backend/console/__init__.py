"""The staff's pages over the capabilities: they read what was asked, call one service, and draw what it answers."""
