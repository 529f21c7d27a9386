"""The catalogue's door over HTTP."""
