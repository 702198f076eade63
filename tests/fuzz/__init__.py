"""Anything at all thrown at the doors of the gateway, at imports and at catalogue files."""
