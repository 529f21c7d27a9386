"""A local stand-in for payment providers: their HTTP, a page where a payer pays, and mischief.

It is a program of its own (`python -m tools.bank`) for trying the shop and for its tests; the
production image does not carry it.
"""
