"""The Mini App in a browser."""
