"""Promotions, promo codes, and what was redeemed."""
