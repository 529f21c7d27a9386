"""The warehouse's door over HTTP."""
