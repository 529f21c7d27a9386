"""The funnel: append-only events that the doors write."""
