"""What each screen says: pure functions from plain values to words and buttons."""
