"""What is known of Finnish, Swedish and English: words, spelling, sentences, numbers, permission, messages."""
