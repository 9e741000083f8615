"""What the nation, an area or a site has to say to its candidates."""
