"""A local stand-in for the Telegram Bot API, with a chat page: for the demo and for tests.

It is a program of its own (`python -m bot.simulator`) that speaks Telegram's protocol over real
HTTP and refuses what Telegram refuses. It knows nothing of Django or of the shop.
"""
