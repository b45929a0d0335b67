"""Personal data in a text: found and taken out."""
