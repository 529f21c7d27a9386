"""Figures, not tests: `make bench`, or `make bench ARGS=analytics` for one of them.

Each module of this package with a `run(report)` is a bench of its own; `shop.py` fills the
throw-away database that they share.
"""
