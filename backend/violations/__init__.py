"""违纪: what candidates did in the exam, recorded by their site, decided by its area, and what follows from it."""
