"""A draft on its way into use: inspected, suggested from, rehearsed, published."""
