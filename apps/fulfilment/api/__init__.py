"""The floor, the road and recalls over HTTP."""
