"""Building, opening and switching a version of the index."""
