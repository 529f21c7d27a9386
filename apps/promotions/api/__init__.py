"""Promotions and promo codes over HTTP, for staff whose role includes them."""
