"""The bot: the second way into the shop, over the same services as the API."""
