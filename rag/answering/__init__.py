"""From a question to an answer: understand, retrieve, read, rule, decide, compose, write."""
