"""What was trained: the encoder, the reader, the recogniser, the fitted decision."""
