"""Zones, windows, pickup points and holidays over HTTP: read by everybody, written by staff."""
