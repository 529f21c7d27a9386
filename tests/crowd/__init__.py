"""A crowd of customers before the real processes of the shop: for deep tests and for benches."""
