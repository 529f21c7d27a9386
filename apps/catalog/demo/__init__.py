"""The demo shop's data: goods, people and pictures, read by the loader."""
