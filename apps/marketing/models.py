"""Markdown proposals, and the alerts that customers asked for."""
