"""What the exam said: imported, judged, published at an instant, read by its owner."""
