"""Papers: admit cards, application forms and the sheets of exam day, as PDF; and the photos that go on them."""
