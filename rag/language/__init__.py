"""What is known of Finnish, Swedish and English: one pack each, and what reads them."""
