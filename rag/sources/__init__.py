"""From a file to a document and its passages: formats, canonical text, chunking, translations."""
