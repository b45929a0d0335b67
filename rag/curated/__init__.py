"""What people curate beside the documents: concepts, rules, examples, and the administrators' changes to them."""
